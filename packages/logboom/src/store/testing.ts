/** Journals for tests: one run's records, and the file they are written to. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeHeader, encodeRecord, segmentName } from '@logboom/sdk/journal'
import type { LogRecord } from '@logboom/sdk/record'

export const NOW = 1_760_000_000_000
export const RUN = '01930000-0000-7000-8000-000000000001'
export const HEADER = {
  logboom: 1 as const,
  run: RUN,
  server: 'analytics',
  pid: 7,
  pidStart: 's',
  segment: 0,
}

/** A record whose number can be told from it. */
export const makeRecord = (seq: number, fields: Partial<LogRecord> = {}): LogRecord => ({
  id: `01930000-0000-7000-8000-${seq.toString().padStart(12, '0')}`,
  time: NOW + seq,
  observed: NOW + seq,
  seq,
  level: 'info',
  server: 'analytics',
  run: RUN,
  source: 'stderr',
  message: `record ${seq}`,
  attributes: {},
  ...fields,
})

export const makeExit = (seq: number): LogRecord =>
  makeRecord(seq, { source: 'lifecycle', attributes: { event: 'exit', code: 0 } })

/** Writes one segment of a run; tells its path. */
export const writeSegment = async (
  dir: string,
  records: readonly LogRecord[],
  fields: Partial<typeof HEADER> = {},
): Promise<string> => {
  await mkdir(dir, { recursive: true })
  const header = { ...HEADER, ...fields }
  const path = join(dir, segmentName(header.run, header.segment))
  await writeFile(path, encodeHeader(header) + records.map(encodeRecord).join(''))
  return path
}
