import { appendFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeHeader, encodeRecord, segmentName } from '@logboom/sdk/journal'
import type { LogRecord } from '@logboom/sdk/record'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStoreWriter } from '../store/sqlite/write/writer.ts'
import { createIngest } from './ingest.ts'
import type { Ingest } from './types.ts'

let home: string
let journal: string

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'logboom-garbage-'))
  journal = join(home, 'journal')
  await mkdir(journal)
})
afterEach(() => rm(home, { recursive: true, force: true }))

const RUN = '01930000-0000-7000-8000-000000000001'
const HEADER = { logboom: 1 as const, run: RUN, server: 'model', pid: 7, pidStart: 's', segment: 0 }
const NOW = 1_760_000_000_000

const record = (seq: number): LogRecord => ({
  id: `01930000-0000-7000-8000-${seq.toString().padStart(12, '0')}`,
  time: NOW + seq,
  observed: NOW + seq,
  seq,
  level: 'info',
  server: 'model',
  run: RUN,
  source: 'stderr',
  message: `record ${seq}`,
  attributes: {},
})

const place = (segment: number): string => join(journal, segmentName(RUN, segment))

/** Ingest over a writer of its own, where every process is dead, or none. */
const ingesting = async <T>(lives: boolean, use: (ingest: Ingest) => Promise<T>): Promise<T> => {
  const writer = openStoreWriter({ dir: join(home, 'store') })
  const ingest = await createIngest({ dir: journal, writer, isAlive: () => lives })
  try {
    return await use(ingest)
  } finally {
    await ingest.close()
    await writer.close()
  }
}

const GARBAGE = ['%PDF-1.4\n', '\0\0\n\xff\n', '{"seq":1}\n{"id":"x","ti', 'torn']

test.each(GARBAGE)(
  'the journal of a killed run goes, whatever stands after its last record: %j',
  async (garbage) => {
    await writeFile(place(0), encodeHeader(HEADER) + encodeRecord(record(0)) + garbage)
    const told = await ingesting(false, async (ingest) => {
      await ingest.catchUp()
      return (await ingest.stats()).stored
    })
    // The record, and the exit that nobody told.
    expect({ told, left: await readdir(journal) }).toEqual({ told: 2, left: [] })
  },
)

test.each(GARBAGE)('so does one whose last segment holds nothing else: %j', async (garbage) => {
  await writeFile(place(0), encodeHeader(HEADER) + encodeRecord(record(0)))
  await writeFile(place(1), encodeHeader({ ...HEADER, segment: 1 }) + garbage)
  await ingesting(false, (ingest) => ingest.catchUp())
  expect(await readdir(journal)).toEqual([])
})

test.each(['', ...GARBAGE])('so does one without any record: %j', async (garbage) => {
  await writeFile(place(0), encodeHeader(HEADER) + garbage)
  await ingesting(false, (ingest) => ingest.catchUp())
  expect(await readdir(journal)).toEqual([])
})

test('garbage is nothing that waits to be stored, and what comes after it is', async () => {
  await writeFile(place(0), encodeHeader(HEADER) + encodeRecord(record(0)))
  await ingesting(true, async (ingest) => {
    await ingest.catchUp()
    await appendFile(place(0), 'garbage\n')
    await ingest.catchUp()
    expect(await ingest.stats()).toMatchObject({ stored: 1, atRisk: { records: 0, bytes: 0 } })
    await appendFile(place(0), encodeRecord(record(1)))
    await ingest.catchUp()
    expect(await ingest.stats()).toMatchObject({ stored: 2, atRisk: { records: 0, bytes: 0 } })
  })
})
