import { appendFile, mkdir, readFile, truncate, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LogboomError } from '../errors/index.ts'
import type { LogRecord } from '../record/index.ts'
import { encodeHeader, encodeRecord, segmentName } from './format.ts'
import { countLines, listJournals, openSegment, readHeader } from './reader.ts'
import { makeRecord, readAll, runId, withTempDir } from './testing.ts'
import type { JournalHeader } from './types.ts'

const HEADER: JournalHeader = {
  logboom: 1,
  run: runId(1),
  server: 'analytics',
  pid: 42,
  pidStart: '7',
  segment: 0,
}

const path = (dir: string, segment = 0, run = runId(1)): string => join(dir, segmentName(run, segment))
const place = (dir: string, segment = 0, run = runId(1)) => ({ run, segment, path: path(dir, segment, run) })

/** A small journal: every kind of record, other scripts, a line longer than the others. */
const RECORDS: LogRecord[] = [
  makeRecord(0, { source: 'lifecycle', attributes: { event: 'start', command: 'node' } }),
  makeRecord(1, { level: 'warning', attributes: { 'a"b': ['\n', null, 1.5] } }),
  makeRecord(2, { message: 'x'.repeat(60) }),
  makeRecord(3, { message: 'é漢字🎉', logger: 'db' }),
]
const JOURNAL = Buffer.from(encodeHeader(HEADER) + RECORDS.map(encodeRecord).join(''))

/** Offset of the end of each line. */
const lineEnds = (bytes: Buffer): number[] => {
  const ends: number[] = []
  for (const [index, byte] of bytes.entries()) if (byte === 0x0a) ends.push(index + 1)
  return ends
}

const reading = async (dir: string, bytes: Buffer) => {
  await writeFile(path(dir), bytes)
  return readAll(dir)
}

const caught = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('damage', () => {
  test(
    'at every length of a cut journal, all complete lines are read and nothing else',
    () =>
      withTempDir(async (dir) => {
        const ends = lineEnds(JOURNAL)
        for (let length = 0; length <= JOURNAL.byteLength; length++) {
          const complete = ends.filter((end) => end <= length)
          const { records, problems, torn } = await reading(dir, JOURNAL.subarray(0, length))
          expect(records).toEqual(RECORDS.slice(0, Math.max(0, complete.length - 1)))
          expect(problems).toEqual([])
          expect(torn).toBe(length - (complete.at(-1) ?? 0))
        }
      }),
    60_000,
  )

  test(
    'at every length of a cut journal, what is written afterwards to a next segment is read',
    () =>
      withTempDir(async (dir) => {
        const next = makeRecord(9)
        await writeFile(path(dir, 1), encodeHeader({ ...HEADER, segment: 1 }) + encodeRecord(next))
        for (let length = 0; length <= JOURNAL.byteLength; length += 7) {
          const { records } = await reading(dir, JOURNAL.subarray(0, length))
          expect(records.at(-1)).toEqual(next)
        }
      }),
    60_000,
  )

  test(
    'a flipped bit costs at most the lines it is in; all others are read as they were',
    () =>
      withTempDir(async (dir) => {
        const ends = lineEnds(JOURNAL)
        await fc.assert(
          fc.asyncProperty(fc.nat(JOURNAL.byteLength - 1), fc.nat(7), async (at, bit) => {
            const bytes = Buffer.from(JOURNAL)
            bytes[at] = (bytes[at] ?? 0) ^ (1 << bit)
            const line = ends.findIndex((end) => at < end)
            // A flipped line ending joins two lines.
            const hurt = JOURNAL[at] === 0x0a ? [line, line + 1] : [line]
            const unhurt = RECORDS.filter((_, index) => !hurt.includes(index + 1))
            try {
              const { records } = await reading(dir, bytes)
              const ids = new Set(unhurt.map(({ id }) => id))
              expect(records.filter(({ id }) => ids.has(id))).toEqual(unhurt)
              expect(records.length).toBeLessThanOrEqual(RECORDS.length)
            } catch (error) {
              // The digit of the version may become that of a later one: then the file is refused, and stays.
              expect(error).toMatchObject({ code: 'LB_JOURNAL_FORMAT' })
              expect(line).toBe(0)
            }
          }),
          { numRuns: 400 },
        )
      }),
    60_000,
  )

  test(
    'any bytes at all are read without an exception other than the refusal of a later version',
    () =>
      withTempDir(async (dir) => {
        await fc.assert(
          fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (bytes) => {
            const { records } = await reading(dir, Buffer.from(bytes))
            expect(records).toEqual([])
          }),
          { numRuns: 100 },
        )
      }),
    60_000,
  )

  test('garbage in the middle is counted and passed over', () =>
    withTempDir(async (dir) => {
      const garbage = [
        'not json',
        '[]',
        '{"id":1}',
        '',
        '\0'.repeat(50),
        JSON.stringify({ ...RECORDS[0], seq: -1 }),
      ]
      const lines = [encodeHeader(HEADER), encodeRecord(RECORDS[0] ?? makeRecord(0))]
      for (const line of garbage) lines.push(`${line}\n`)
      lines.push(encodeRecord(makeRecord(5, { run: runId(2) })), encodeRecord(RECORDS[3] ?? makeRecord(3)))
      const { records, problems } = await reading(dir, Buffer.from(lines.join('')))
      expect(records).toEqual([RECORDS[0], RECORDS[3]])
      expect(problems.map(({ problem }) => problem)).toEqual([
        ...garbage.map(() => 'a line is no record'),
        'a record of another run',
      ])
    }))

  test('a missing, empty or damaged header is a problem, and the records are read', () =>
    withTempDir(async (dir) => {
      const body = RECORDS.map(encodeRecord).join('')
      for (const header of ['', '\n', 'x\n', '{"logboom":1}\n', encodeHeader(HEADER).replace('1', '0')]) {
        const { records, problems } = await reading(dir, Buffer.from(header + body))
        expect(records).toEqual(RECORDS)
        expect(problems.length).toBe(1)
        expect(await readHeader(path(dir))).toBeUndefined()
      }
    }))

  test('a later version is refused and says what to do', () =>
    withTempDir(async (dir) => {
      const later = encodeHeader(HEADER).replace('"logboom":1', '"logboom":2')
      const error = await caught(reading(dir, Buffer.from(later + encodeRecord(makeRecord(0)))))
      expect(error).toBeInstanceOf(LogboomError)
      expect(error).toMatchObject({ code: 'LB_JOURNAL_FORMAT', hint: expect.stringContaining('Update') })
      expect(await caught(readHeader(path(dir)))).toMatchObject({ code: 'LB_JOURNAL_FORMAT' })
      expect((await readFile(path(dir))).byteLength).toBeGreaterThan(0)
    }))

  test('a line that is too long is passed over in bounded memory, and the next is read', () =>
    withTempDir(async (dir) => {
      const long = `${'x'.repeat(100_000)}\n`
      const text = encodeHeader(HEADER) + long + encodeRecord(makeRecord(1))
      await writeFile(path(dir), text)
      const reader = await openSegment(place(dir), { bufferBytes: 512, maxLineBytes: 4096 })
      const records: LogRecord[] = []
      const problems: string[] = []
      for (let end = false; reader !== undefined && !end; ) {
        const chunk = await reader.read()
        records.push(...chunk.records)
        problems.push(...chunk.problems.map(({ problem }) => problem))
        end = chunk.end
      }
      await reader?.close()
      expect(records.map(({ seq }) => seq)).toEqual([1])
      expect(problems).toEqual(['a line of 100000 bytes is too long'])
    }))
})

describe('reading on', () => {
  test('records come out the same with any buffer size and from any offset told before', () =>
    withTempDir(async (dir) => {
      await writeFile(path(dir), JOURNAL)
      for (const bufferBytes of [1, 7, 64, 300, 100_000]) {
        const seen: LogRecord[] = []
        let offset = 0
        for (;;) {
          const reader = await openSegment(place(dir), { bufferBytes, offset })
          const chunk = await reader?.read()
          await reader?.close()
          seen.push(...(chunk?.records ?? []))
          offset = chunk?.offset ?? 0
          if (chunk?.end ?? true) break
        }
        expect(seen).toEqual(RECORDS)
        expect(offset).toBe(JOURNAL.byteLength)
      }
    }))

  test('a growing file gives each line once it is complete', () =>
    withTempDir(async (dir) => {
      await writeFile(path(dir), '')
      const reader = await openSegment(place(dir), { bufferBytes: 64 })
      const seen: LogRecord[] = []
      for (let from = 0; from < JOURNAL.byteLength; from += 13) {
        const upTo = Math.min(JOURNAL.byteLength, from + 13)
        await appendFile(path(dir), JOURNAL.subarray(from, upTo))
        for (let end = false; reader !== undefined && !end; ) {
          const chunk = await reader.read()
          seen.push(...chunk.records)
          end = chunk.end
        }
        const complete = lineEnds(JOURNAL).filter((lineEnd) => lineEnd <= upTo).length
        expect(seen.length).toBe(Math.max(0, complete - 1))
      }
      expect(reader?.header).toEqual(HEADER)
      await reader?.close()
      expect(seen).toEqual(RECORDS)
    }))

  test('what an earlier read left in the buffer does not complete a torn line', () =>
    withTempDir(async (dir) => {
      await writeFile(path(dir), `${'garbage..\n'.repeat(6)}torn.....`)
      const reader = await openSegment(place(dir), { bufferBytes: 64 })
      await reader?.read()
      expect(await reader?.read()).toMatchObject({
        records: [],
        problems: [],
        end: true,
        torn: 9,
        offset: 60,
      })
      await reader?.close()
    }))

  test('a record tells where its line begins', () =>
    withTempDir(async (dir) => {
      await writeFile(path(dir), JOURNAL)
      const offsets: number[] = []
      const reader = await openSegment(place(dir), { onRecord: (_, offset) => offsets.push(offset) })
      await reader?.read()
      await reader?.close()
      expect(offsets).toEqual(lineEnds(JOURNAL).slice(0, -1))
    }))

  test('a file that vanishes while open is read to its end; one that has vanished is not there', () =>
    withTempDir(async (dir) => {
      await writeFile(path(dir), JOURNAL)
      const reader = await openSegment(place(dir))
      await unlink(path(dir))
      expect((await reader?.read())?.records).toEqual(RECORDS)
      await reader?.close()
      expect(await openSegment(place(dir))).toBeUndefined()
      expect(await readHeader(path(dir))).toBeUndefined()
      expect(await countLines(path(dir))).toBe(0)
    }))

  test('a file that was cut behind the reader is only at its end', () =>
    withTempDir(async (dir) => {
      await writeFile(path(dir), JOURNAL)
      const reader = await openSegment(place(dir))
      await reader?.read()
      await truncate(path(dir), 10)
      expect(await reader?.read()).toMatchObject({ records: [], end: true, torn: 0 })
      await reader?.close()
    }))
})

describe('the list of journals', () => {
  test('runs with their segments in the order of numbers, other files left out', () =>
    withTempDir(async (dir) => {
      for (const segment of [10, 9, 0]) await writeFile(path(dir, segment), '')
      await writeFile(path(dir, 0, runId(0)), '')
      for (const name of ['x', 'a.0.ndjson', `${runId(1)}.01.ndjson`, `${runId(1)}.1.ndjson.bak`]) {
        await writeFile(join(dir, name), '')
      }
      const runs = await listJournals(dir)
      expect(runs.map(({ run, segments }) => [run, segments.map(({ segment }) => segment)])).toEqual([
        [runId(0), [0]],
        [runId(1), [0, 9, 10]],
      ])
    }))

  test('a directory that does not exist holds none; what is no directory is unusable', () =>
    withTempDir(async (dir) => {
      expect(await listJournals(join(dir, 'journal'))).toEqual([])
      await writeFile(join(dir, 'file'), '')
      expect(await caught(listJournals(join(dir, 'file')))).toMatchObject({
        code: 'LB_HOME_UNUSABLE',
        hint: expect.stringContaining('--home'),
      })
      await mkdir(join(dir, 'journal'))
      expect(await listJournals(join(dir, 'journal'))).toEqual([])
    }))
})

test('what is appended after the reader looked ahead is read all the same, before it says that this is the end', () =>
  withTempDir(async (dir) => {
    const records = Array.from({ length: 6 }, (_, seq) => makeRecord(seq, { message: 'm'.repeat(100) }))
    const lines = records.map(encodeRecord)
    await writeFile(path(dir), encodeHeader(HEADER) + lines.slice(0, 4).join(''))
    // The first piece ends within the fourth record, of which the rest is less than a piece.
    const reader = await openSegment(place(dir), {
      bufferBytes: (encodeHeader(HEADER).length + 3.5 * (lines[0]?.length ?? 0)) | 0,
    })
    const first = await reader?.read()
    await new Promise((resolve) => setImmediate(resolve))
    await appendFile(path(dir), lines.slice(4).join(''))
    const second = await reader?.read()
    await reader?.close()
    expect(first?.end).toBe(false)
    expect([...(first?.records ?? []), ...(second?.records ?? [])]).toEqual(records)
  }))
