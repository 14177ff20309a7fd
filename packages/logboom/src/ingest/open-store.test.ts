import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeRecord } from '@logboom/sdk/journal'
import type { RegexEngine } from '@logboom/sdk/query'
import type { LogRecord } from '@logboom/sdk/record'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkStore } from '../store/check-store.ts'
import type { Store } from '../store/contract.ts'
import { createRandom, type GeneratedRun, writeRuns } from '../store/generated-runs.ts'
import { makeRecord, writeSegment } from '../store/testing.ts'
import { writeHubFile } from './hub-file.ts'
import { type IngestLock, takeIngestLock } from './lock.ts'
import { openStore } from './open-store.ts'

const regex: RegexEngine = (source, { ignoreCase }) => {
  const pattern = new RegExp(source, ignoreCase ? 'iu' : 'u')
  return (text) => pattern.test(text)
}

let home: string
let journal: string
let notes: string[]
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'logboom-open-'))
  journal = join(home, 'journal')
  notes = []
})
afterEach(() => rm(home, { recursive: true, force: true }))

const living = (runs: readonly GeneratedRun[]) => {
  const pids = new Set(runs.filter(({ alive }) => alive).map(({ header }) => header.pid))
  return (pid: number): boolean => pids.has(pid)
}

const open = (isAlive: (pid: number) => boolean = () => true): Promise<Store> =>
  openStore({ home, regex, isAlive, patienceMs: 0, note: (text) => void notes.push(text) })

const collect = async (store: Store): Promise<LogRecord[]> => {
  const found: LogRecord[] = []
  for await (const record of store.records({})) found.push(record)
  return found
}

const clear = async (): Promise<void> => {
  await rm(home, { recursive: true, force: true })
  await mkdir(home)
}

const writeJournal = (records: readonly LogRecord[]): Promise<string> => writeSegment(journal, records)

describe('answers as the contract says', () => {
  test('when it stores what the journals have itself', async () => {
    let seed = 0
    await checkStore(
      async (runs, use) => {
        await clear()
        await writeRuns(journal, runs, seed++)
        const store = await open(living(runs))
        await use(store)
        await store.close()
      },
      { seeds: [0, 1, 2, 3], regex },
    )
    expect(notes).toEqual([])
  }, 120_000)

  test('when another process holds the lock, and has stored none or a part of them', async () => {
    let seed = 0
    await checkStore(
      async (runs, use) => {
        await clear()
        await writeRuns(journal, runs, seed++)
        const random = createRandom(seed)
        const files = await Promise.all(
          (await readdir(journal)).map(async (name) => {
            const path = join(journal, name)
            return { path, bytes: await readFile(path) }
          }),
        )
        // All that was captured up to a moment before any of the runs ended: an ending stands where it was noticed.
        const ends = runs.map(({ records }) => records.at(-1)?.observed ?? 0)
        const times = runs.flatMap(({ records }) => records.map(({ observed }) => observed))
        const early = times.filter((time) => time <= Math.min(...ends)).sort()
        const moment = early[Math.floor(random() * early.length)] ?? 0
        for (const { path, bytes } of files) {
          const [header = '', ...lines] = bytes.toString().split('\n')
          const end = lines.findIndex((line) => Number(/"observed":(\d+)/.exec(line)?.[1]) >= moment)
          await writeFile(path, [header, ...(end === -1 ? lines : [...lines.slice(0, end), ''])].join('\n'))
          if (end === 0) await rm(path)
        }
        const earlier = await open()
        await collect(earlier)
        await earlier.close()
        for (const { path, bytes } of files) await writeFile(path, bytes)
        const lock = takeIngestLock(join(home, 'store'))
        const store = await open(living(runs))
        await use(store)
        await store.close()
        lock?.release()
      },
      { seeds: [0, 1, 2, 3], regex },
    )
    expect(notes).toEqual([])
  }, 120_000)

  test('when there is no place for a store, with a word about it', async () => {
    await writeJournal([makeRecord(0), makeRecord(1)])
    await writeFile(join(home, 'store'), 'in the way')
    const store = await open()
    expect(await collect(store)).toHaveLength(2)
    await store.close()
    expect(notes).toHaveLength(1)
    expect(notes[0]).toContain(join(home, 'store'))
  })
})

test('a home in which nothing was captured stays as it is', async () => {
  const store = await open()
  expect(await collect(store)).toEqual([])
  await store.close()
  expect(await readdir(home)).toEqual([])
})

test('what is wrong with a journal is told by every stats, not only by the first', async () => {
  const path = await writeJournal([makeRecord(0)])
  await appendFile(path, 'garbage\n')
  const told: string[][] = []
  for (let time = 0; time < 3; time++) {
    const store = await open()
    told.push((await store.stats({})).problems.map(({ file }) => file))
    await store.close()
  }
  expect(told).toEqual([[path], [path], [path]])
})

test('two that ask at once store nothing twice', async () => {
  await writeJournal(Array.from({ length: 500 }, (_, seq) => makeRecord(seq)))
  const stores = await Promise.all([open(), open(), open()])
  const answers = await Promise.all(stores.map(collect))
  for (const answer of answers) expect(answer.map(({ seq }) => seq)).toEqual(answer.map((_, index) => index))
  expect(answers.map(({ length }) => length)).toEqual([500, 500, 500])
  await Promise.all(stores.map((store) => store.close()))
})

test('who follows stores what comes, and gives the lock up for a hub', async () => {
  const path = await writeJournal([makeRecord(0)])
  const dir = join(home, 'store')
  const store = await open()
  const stop = new AbortController()
  const seen: number[] = []
  const following = (async () => {
    for await (const { seq } of store.follow({ signal: stop.signal })) seen.push(seq)
  })()
  await expect.poll(() => seen).toEqual([0])
  await appendFile(path, encodeRecord(makeRecord(1)))
  await expect.poll(() => seen).toEqual([0, 1])
  expect(takeIngestLock(dir)).toBeUndefined()
  writeHubFile(home, { pid: 8, pidStart: 's' })
  const taken: IngestLock[] = []
  await expect
    .poll(() => taken.push(...[takeIngestLock(dir) ?? []].flat()), { timeout: 5000 })
    .toBeGreaterThan(0)
  for (const lock of taken) lock.release()
  stop.abort()
  await following
  await store.close()
}, 30_000)
