/** What the tests of the store's writing side share. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createIds, type LogRecord } from '@logboom/sdk/record'
import { openDatabase } from '../database.ts'
import { readManifest } from '../manifest.ts'
import { decodeRow } from '../rows.ts'
import type { Batch, RunMark } from '../types.ts'
import { type DirectWriter, openStoreWriter, type WriterOptions } from './writer.ts'

export const START = 1_760_000_000_000
const newId = createIds()

/** A record whose number can be told from it. */
export const makeRecord = (seq: number, fields: Partial<LogRecord> = {}): LogRecord => {
  const observed = fields.observed ?? START + seq
  return {
    id: newId(observed),
    time: observed,
    observed,
    seq,
    level: seq % 7 === 0 ? 'error' : 'info',
    server: seq % 2 === 0 ? 'analytics' : 'model',
    run: 'run-1',
    source: 'stderr',
    message: `record ${seq} – 记录 ${'x'.repeat(seq % 50)}`,
    attributes: { n: seq, user: { id: `u${seq % 10}` } },
    ...fields,
  }
}

export const makeRecords = (from: number, count: number, fields: Partial<LogRecord> = {}): LogRecord[] =>
  Array.from({ length: count }, (_, index) => makeRecord(from + index, fields))

export const makeMark = (offset: number, fields: Partial<RunMark> = {}): RunMark => ({
  run: 'run-1',
  server: 'analytics',
  pid: 1,
  pidStart: '1',
  segment: 0,
  offset,
  lastSeen: START,
  ended: false,
  tracker: null,
  ...fields,
})

export const batchOf = (records: readonly LogRecord[], fields: Partial<Batch> = {}): Batch => ({
  records,
  marks: [],
  forget: [],
  opened: [],
  closed: [],
  dropped: {},
  ...fields,
})

/** Every record the manifest's files hold, with its position, in order. */
export const storedRecords = (dir: string): { position: number; record: LogRecord; file: string }[] =>
  (readManifest(dir)?.files ?? []).flatMap(({ name }) => {
    const db = openDatabase(join(dir, name), { readOnly: true })
    try {
      const rows = db.arrays(
        'SELECT position, json, time, message, body FROM records JOIN series ON series.id = series ORDER BY position',
      )
      return rows.all().map(([position, series, time, message, body]) => ({
        position: Number(position),
        record: decodeRow(JSON.parse(String(series)), Number(time), String(message), String(body)),
        file: name,
      }))
    } finally {
      db.close()
    }
  })

export const withStore = async <T>(use: (dir: string) => Promise<T>): Promise<T> => {
  const home = await mkdtemp(join(tmpdir(), 'logboom-store-'))
  try {
    return await use(join(home, 'store'))
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

/** Opens a writer with small files, uses it and closes it. */
export const withWriter = async <T>(
  options: WriterOptions,
  use: (writer: DirectWriter) => T | Promise<T>,
): Promise<T> => {
  const writer = openStoreWriter({ segmentRows: 1000, ...options })
  try {
    return await use(writer)
  } finally {
    await writer.close()
  }
}

/** The start of a call. */
export const makeStart = (seq: number, id: string): LogRecord =>
  makeRecord(seq, {
    source: 'call',
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
