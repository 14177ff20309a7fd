import {
  appendFile,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  unlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createJournalWriter, encodeHeader, encodeRecord, segmentName, trackRun } from '@logboom/sdk/journal'
import type { LogRecord } from '@logboom/sdk/record'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createRandom, type GeneratedRun, generateRuns, writeRuns } from '../store/generated-runs.ts'
import { openDatabase } from '../store/sqlite/database.ts'
import type { EncodedBatch, StoreWriter } from '../store/sqlite/types.ts'
import { HEADER, makeRecord, NOW, RUN, writeSegment } from '../store/testing.ts'
import { catchUpIn, type Opened, storedIn, withIngest } from './testing.ts'

let home: string
let journal: string
let store: string

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'logboom-ingest-'))
  journal = join(home, 'journal')
  store = join(home, 'store')
  await mkdir(store)
})
afterEach(() => rm(home, { recursive: true, force: true }))

const makeStart = (seq: number, id: string): LogRecord =>
  makeRecord(seq, {
    source: 'call',
    attributes: { arguments: { n: 1 } },
    call: {
      id,
      method: 'tools/call',
      tool: 'add',
      requestId: seq,
      from: 'client',
      attribution: 'exact',
      status: 'started',
    },
  })

const writeJournal = (records: readonly LogRecord[], header: Partial<typeof HEADER> = {}): Promise<string> =>
  writeSegment(journal, records, header)

const stored = (): Promise<LogRecord[]> => storedIn(home)
const ingesting = <T>(use: Parameters<typeof withIngest<T>>[1], opened?: Opened): Promise<T> =>
  withIngest(home, use, opened)
const catchUp = (opened?: Opened) => catchUpIn(home, opened)

/** All records of runs with the endings of the killed ones, in the order of a store that read them at once. */
const expected = (runs: readonly GeneratedRun[]): LogRecord[] =>
  runs
    .flatMap(({ header, alive, records }) => {
      const tracker = trackRun(header.run)
      for (const record of records) tracker.see(record)
      return alive || tracker.exited ? records : [...records, ...tracker.endings()]
    })
    .sort((a, b) => a.observed - b.observed || (a.run < b.run ? -1 : a.run > b.run ? 1 : a.seq - b.seq))

const drops = (runs: readonly GeneratedRun[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const { header, alive, records } of runs) {
    const tracker = trackRun(header.run)
    for (const record of records) {
      tracker.see(record)
      const { event, reason, records: lost } = record.attributes
      if (event === 'drop') counts[String(reason)] = (counts[String(reason)] ?? 0) + Number(lost)
    }
    if (!alive && tracker.missing() > 0) counts.unknown = (counts.unknown ?? 0) + tracker.missing()
  }
  return counts
}

const living = (runs: readonly GeneratedRun[]) => {
  const pids = new Set(runs.filter(({ alive }) => alive).map(({ header }) => header.pid))
  return (pid: number) => pids.has(pid)
}

test('journals are stored once, in the order of a merged reading, with what killed runs leave', async () => {
  for (let seed = 0; seed < 12; seed++) {
    const runs = generateRuns(seed)
    await rm(home, { recursive: true })
    await mkdir(store, { recursive: true })
    await writeRuns(journal, runs, seed)
    const { counters } = await catchUp({ isAlive: living(runs), keepBytes: 1e9 })
    expect(await stored()).toEqual(expected(runs))
    expect(counters).toEqual(drops(runs))
    // Once more: nothing is new.
    const again = await catchUp({ isAlive: living(runs) })
    expect(again).toMatchObject({ stored: 0, counters, atRisk: { records: 0 } })
  }
}, 60_000)

test('however often it stops while journals grow, every run is stored as if it never had', async () => {
  for (let seed = 20; seed < 32; seed++) {
    const random = createRandom(seed)
    const runs = generateRuns(seed)
    await rm(home, { recursive: true })
    await mkdir(store, { recursive: true })
    await mkdir(journal, { recursive: true })
    const files = runs.map(({ header, records }) => ({
      path: join(journal, segmentName(header.run, 0)),
      bytes: Buffer.from(encodeHeader(header) + records.map(encodeRecord).join('')),
      at: 0,
    }))
    while (files.some(({ at, bytes }) => at < bytes.length)) {
      for (const file of files) {
        const end = Math.min(file.bytes.length, file.at + Math.floor(random() * 4000))
        await appendFile(file.path, file.bytes.subarray(file.at, end))
        file.at = end
      }
      await catchUp({ keepBytes: random() < 0.5 ? 0 : 1e9 })
    }
    const { counters } = await catchUp({ isAlive: living(runs) })
    const whole = expected(runs)
    const all = await stored()
    for (const { header } of runs)
      expect(all.filter(({ run }) => run === header.run)).toEqual(
        whole.filter(({ run }) => run === header.run),
      )
    expect(counters).toEqual(drops(runs))
    const left = new Set(runs.filter(({ alive }) => alive).map(({ header }) => segmentName(header.run, 0)))
    expect(new Set(await readdir(journal))).toEqual(left)
  }
}, 120_000)

/** A writer that ends after so many batches. */
const killedAfter = (batches: number) => {
  let left = batches
  return (writer: StoreWriter): StoreWriter => ({
    ...writer,
    append(batch) {
      if (left-- === 0) throw new Error('killed')
      return writer.append(batch)
    },
  })
}

test('what is killed between two batches of many runs goes on in the middle of their journals', async () => {
  const ids = [1, 2, 3].map((number) => `01930000-0000-7000-8000-00000000000${number}`)
  for (const [index, run] of ids.entries()) {
    const records = Array.from({ length: 1300 }, (_, seq) =>
      makeRecord(seq, { run, observed: NOW + seq * 3 + index, time: NOW + seq * 3 + index }),
    )
    await writeJournal(records, { run })
  }
  for (let kills = 0; kills < 2; kills++) {
    const stopped = ingesting((ingest) => ingest.catchUp(), { writer: killedAfter(1) })
    await expect(stopped).rejects.toThrow('killed')
    expect((await stored()).length).toBeGreaterThanOrEqual((kills + 1) * 1000)
  }
  await catchUp()
  const all = await stored()
  expect(all.map(({ observed }) => observed)).toEqual(Array.from({ length: 3900 }, (_, index) => NOW + index))
}, 30_000)

test('what was read and had no place in the batch before a kill is not passed over', async () => {
  const other = '01930000-0000-7000-8000-000000000002'
  const ofOther = (seq: number, observed: number) => makeRecord(seq, { run: other, observed, time: observed })
  await writeJournal(Array.from({ length: 1500 }, (_, seq) => makeRecord(seq)))
  // When its first segment is stored the next one is read, and waits for what was observed before.
  await writeJournal([ofOther(0, NOW + 500.5)], { run: other })
  await writeJournal([ofOther(1, NOW + 9000)], { run: other, segment: 1 })
  await expect(ingesting((ingest) => ingest.catchUp(), { writer: killedAfter(1) })).rejects.toThrow('killed')
  expect((await stored()).filter(({ run }) => run === other).map(({ seq }) => seq)).toEqual([0])
  await catchUp()
  const all = await stored()
  expect(all.map(({ run, seq }) => [run, seq]).at(-1)).toEqual([other, 1])
  expect(all).toHaveLength(1502)
})

test('whoever listens and fails has no say in what is stored', async () => {
  await writeJournal([makeRecord(0), makeRecord(1)])
  const told: number[] = []
  await ingesting(async (ingest) => {
    ingest.subscribe(() => {
      throw new Error('not my day')
    })
    ingest.subscribe((first) => told.push(first))
    await ingest.catchUp()
  })
  expect(told).toEqual([1])
  expect(await stored()).toHaveLength(2)
})

describe('what is missing', () => {
  test('is counted when its run has ended, once, and told by the mark until then', async () => {
    await writeJournal([makeRecord(0), makeRecord(5)])
    const first = await catchUp({ isAlive: () => true })
    expect(first.counters).toEqual({})
    expect(first.marks[0]?.tracker).toMatchObject({ gaps: 4 })
    expect((await catchUp({ isAlive: () => false, keepBytes: 1e9 })).counters).toEqual({ unknown: 4 })
    expect((await catchUp({ isAlive: () => false })).counters).toEqual({ unknown: 4 })
  })

  test('is counted once where a run goes on after its end', async () => {
    const path = await writeJournal([makeRecord(0), makeRecord(5)])
    expect((await catchUp({ isAlive: () => false, keepBytes: 1e9 })).counters).toEqual({ unknown: 4 })
    // Its ending took the 6.
    await appendFile(path, encodeRecord(makeRecord(9)))
    await catchUp({ isAlive: () => false, keepBytes: 1e9 })
    expect((await catchUp({ isAlive: () => false, keepBytes: 1e9 })).counters).toEqual({ unknown: 6 })
  })

  test('is not what the budget of the journals deleted unread: its teller counts that', async () => {
    await writeJournal([makeRecord(0), makeRecord(1)])
    await catchUp()
    await unlink(join(journal, segmentName(RUN, 0)))
    await writeJournal([makeRecord(900), makeRecord(902)], { segment: 3 })
    const { counters } = await catchUp({ isAlive: () => false })
    expect(counters).toEqual({ unknown: 1 })
  })
})

test('a killed run whose journal has vanished ends all the same', async () => {
  const path = await writeJournal([makeRecord(0), makeStart(1, 'a')])
  await ingesting(async (ingest, writer) => {
    await ingest.catchUp()
    // Arguments may be large, and no ending needs them.
    expect(writer.openCalls(RUN).map(({ attributes }) => attributes)).toEqual([{}])
  })
  await unlink(path)
  const { marks } = await catchUp({ isAlive: () => false })
  const records = await stored()
  expect(records.map(({ seq, source }) => [seq, source])).toEqual([
    [0, 'stderr'],
    [1, 'call'],
    [2, 'call'],
    [3, 'lifecycle'],
  ])
  expect(records[2]).toMatchObject({ call: { id: 'a', status: 'lost', tool: 'add' }, attributes: {} })
  expect(marks).toEqual([])
})

test('a journal of a later format is left alone, and named; the others are stored', async () => {
  const later = join(journal, segmentName('01930000-0000-7000-8000-000000000009', 0))
  await writeJournal([makeRecord(0)])
  await writeFile(later, '{"logboom":2}\n{}\n')
  const stats = await catchUp({ isAlive: () => false })
  expect(stats.problems).toMatchObject([{ file: later }])
  expect(await readdir(journal)).toEqual([segmentName('01930000-0000-7000-8000-000000000009', 0)])
  expect(stats.stored).toBe(2)
})

test('a torn line waits; what is damaged is named, and the name outlasts the process', async () => {
  const path = await writeJournal([makeRecord(0)])
  await appendFile(path, `garbage\n${encodeRecord(makeRecord(1))}${encodeRecord(makeRecord(2)).slice(0, 30)}`)
  const first = await catchUp()
  expect(first).toMatchObject({ stored: 2, atRisk: { records: 0, bytes: 30, exact: true } })
  expect(first.problems).toHaveLength(1)
  await appendFile(path, encodeRecord(makeRecord(2)).slice(30))
  const second = await catchUp()
  expect(second.problems).toEqual(first.problems)
  expect((await stored()).map(({ seq }) => seq)).toEqual([0, 1, 2])
})

test('at risk is what is in the journals and not in the store', async () => {
  const path = await writeJournal([makeRecord(0)])
  await ingesting(async (ingest) => {
    await ingest.catchUp()
    const more = [1, 2, 3].map((seq) => encodeRecord(makeRecord(seq))).join('')
    await appendFile(path, more)
    await writeJournal([makeRecord(4)], { segment: 1 })
    const { atRisk } = await ingest.stats()
    expect(atRisk.records).toBe(4)
    expect(atRisk.bytes).toBeGreaterThan(more.length)
    await ingest.catchUp()
    expect((await ingest.stats()).atRisk).toEqual({ records: 0, bytes: 0, exact: true })
  })
})

describe('live', () => {
  test('records are stored soon after they were written, and told in order of positions', async () => {
    const writer = createJournalWriter({ dir: journal, header: { ...HEADER } })
    await ingesting(async (ingest) => {
      const stop = new AbortController()
      const told: { first: number; seqs: number[]; late: number }[] = []
      ingest.subscribe((first, records) =>
        told.push({
          first,
          seqs: records.map(({ seq }) => seq),
          late: Date.now() - Math.min(...records.map(({ observed }) => observed)),
        }),
      )
      const running = ingest.run(stop.signal)
      for (let seq = 0; seq < 40; seq++) {
        writer.append(makeRecord(seq, { observed: Date.now() }))
        await writer.flush(5000)
        if (seq % 8 === 7) await expect.poll(() => told.flatMap(({ seqs }) => seqs).length).toBe(seq + 1)
      }
      await expect.poll(() => told.flatMap(({ seqs }) => seqs).length).toBe(40)
      stop.abort()
      await running
      expect(told.flatMap(({ seqs }) => seqs)).toEqual(Array.from({ length: 40 }, (_, seq) => seq))
      expect(told.map(({ first }) => first)).toEqual(
        told.map((_, index) => 1 + told.slice(0, index).flatMap(({ seqs }) => seqs).length),
      )
      expect(ingest.last()).toBe(40)
      expect(await ingest.stats()).toMatchObject({ stored: 40, lagMs: 0 })
    })
    await writer.close(5000)
    expect(await stored()).toHaveLength(40)
  }, 30_000)

  test('a run that is killed meanwhile gets its ending', async () => {
    await writeJournal([makeRecord(0), makeStart(1, 'a')])
    let lives = true
    await ingesting(
      async (ingest) => {
        const stop = new AbortController()
        const running = ingest.run(stop.signal)
        await expect.poll(() => ingest.last()).toBe(2)
        lives = false
        await expect.poll(() => ingest.last(), { timeout: 5000 }).toBe(4)
        stop.abort()
        await running
      },
      { isAlive: () => lives },
    )
    expect((await stored()).at(-1)?.attributes).toMatchObject({ killed: true, lostCalls: 1 })
  }, 30_000)
})

describe('a store without room', () => {
  /** A writer that has no room for so many batches. */
  const failingFor = (times: number) => (writer: StoreWriter) => ({
    ...writer,
    append(batch: EncodedBatch) {
      if (times-- > 0) throw Object.assign(new Error('database or disk is full'), { errcode: 13 })
      return writer.append(batch)
    },
  })

  test('is waited for: nothing is lost or doubled, and it is told', async () => {
    await writeJournal(Array.from({ length: 30 }, (_, seq) => makeRecord(seq)))
    await ingesting(
      async (ingest) => {
        const done = ingest.catchUp()
        await expect.poll(async () => (await ingest.stats()).failing).toMatch(/full/)
        expect((await ingest.stats()).lagMs).toBeGreaterThan(0)
        await done
        expect((await ingest.stats()).failing).toBeUndefined()
      },
      // Thirty records, fifteen, seven, three, one: then it waits.
      { writer: failingFor(6) },
    )
    expect((await stored()).map(({ seq }) => seq)).toEqual(Array.from({ length: 30 }, (_, seq) => seq))
  })

  test('takes as many records at once as it has room for, each with the marks of exactly these, over kills', async () => {
    const full = Object.assign(new Error('database or disk is full'), { errcode: 13 })
    let refused = 0
    let kills = 0
    for (let seed = 40; seed < 50; seed++) {
      const random = createRandom(seed)
      const runs = generateRuns(seed)
      await rm(home, { recursive: true })
      await mkdir(store, { recursive: true })
      await writeRuns(journal, runs, seed)
      const cramped = (writer: StoreWriter): StoreWriter => {
        let left = 1 + Math.floor(random() * 12)
        return {
          ...writer,
          append(batch) {
            if (batch.rows.times.length > 1 + random() * 40) {
              refused++
              throw full
            }
            if (left-- === 0) throw new Error('killed')
            return writer.append(batch)
          },
        }
      }
      const opened = { isAlive: living(runs), keepBytes: 1e9, writer: cramped }
      for (let isDone = false; !isDone; ) {
        isDone = await catchUp(opened).then(
          () => true,
          (error: Error) => {
            if (error.message !== 'killed') throw error
            return false
          },
        )
        if (!isDone) kills++
      }
      const { counters, stored: more } = await catchUp({ isAlive: living(runs), keepBytes: 1e9 })
      expect({ more, counters }).toEqual({ more: 0, counters: drops(runs) })
      const all = await stored()
      for (const { header } of runs)
        expect(all.filter(({ run }) => run === header.run)).toEqual(
          expected(runs).filter(({ run }) => run === header.run),
        )
    }
    expect(refused).toBeGreaterThan(20)
    expect(kills).toBeGreaterThan(5)
  }, 60_000)

  test('ends when it is told to, however long it has waited', async () => {
    await writeJournal([makeRecord(0)])
    await ingesting(
      async (ingest) => {
        const stop = new AbortController()
        const running = ingest.run(stop.signal)
        await expect.poll(async () => (await ingest.stats()).failing).toMatch(/full/)
        // What was read and could not be written is still at risk.
        expect((await ingest.stats()).atRisk.records).toBe(1)
        stop.abort()
        await running
      },
      { writer: failingFor(Number.POSITIVE_INFINITY) },
    )
    expect(await stored()).toEqual([])
  })

  test('fails who will not wait', async () => {
    await writeJournal([makeRecord(0)])
    const failed = ingesting((ingest) => ingest.catchUp(), { writer: failingFor(1), wait: false })
    await expect(failed).rejects.toThrow(/full/)
    expect(await stored()).toEqual([])
    await catchUp()
    expect(await stored()).toHaveLength(1)
  })
})

test('a store file that is damaged while it is written is put aside, and the journals fill its place', async () => {
  const path = await writeJournal(Array.from({ length: 300 }, (_, seq) => makeRecord(seq)))
  await ingesting(async (ingest, writer) => {
    await ingest.catchUp()
    const hot = join(store, 'hot-000000000001.db')
    // Somebody else's change makes the writer read the file itself again.
    const other = openDatabase(hot)
    other.exec("INSERT INTO meta VALUES ('other', 1); PRAGMA wal_checkpoint(TRUNCATE)")
    other.close()
    const { size } = await stat(hot)
    const file = await open(hot, 'r+')
    await file.write(Buffer.alloc(size - 8192, 0x5a), 0, size - 8192, 8192)
    await file.close()
    await appendFile(
      path,
      Array.from({ length: 20 }, (_, seq) => encodeRecord(makeRecord(300 + seq))).join(''),
    )
    await ingest.catchUp()
    expect(writer.stats()).toMatchObject({ quarantined: 1 })
    expect((await ingest.stats()).failing).toBeUndefined()
    await appendFile(path, encodeRecord(makeRecord(320)))
    await ingest.catchUp()
  })
  expect((await stored()).map(({ seq }) => seq)).toEqual(Array.from({ length: 321 }, (_, seq) => seq))
})

test('a journal cut at any length is stored as far as it is whole', async () => {
  const path = await writeJournal([makeRecord(0), makeStart(1, 'a'), makeRecord(2)])
  const whole = await readFile(path)
  for (let length = whole.byteLength; length >= 0; length -= 23) {
    await rm(store, { recursive: true })
    await mkdir(store)
    await writeFile(path, whole)
    await truncate(path, length)
    const complete = Math.max(0, whole.subarray(0, length).toString().split('\n').length - 2)
    await catchUp({ isAlive: () => false, keepBytes: 1e9 })
    const endings = complete === 0 ? 0 : complete > 1 ? 2 : 1
    expect((await stored()).length).toBe(complete + endings)
  }
})
