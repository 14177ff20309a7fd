/** Runs as a tap would have written them some time ago, whose processes are gone. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeHeader, encodeRecord, segmentName } from '@logboom/sdk/journal'
import { createIds, type LogRecord } from '@logboom/sdk/record'

export interface CapturedRun {
  server: string
  /** Unix epoch milliseconds of its first record; the others follow a millisecond apart. */
  at: number
  /** A text on stderr, or what differs of a record. */
  messages: readonly (string | Partial<LogRecord>)[]
}

/** Writes a whole run into a home's journal; gives its records. */
export const writeRun = (home: string, { server, at, messages }: CapturedRun): LogRecord[] => {
  const dir = join(home, 'journal')
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const ids = createIds()
  const run = ids(at)
  const told = (message: string, seq: number, fields: Partial<LogRecord> = {}): LogRecord => ({
    id: ids(at + seq),
    time: at + seq,
    observed: at + seq,
    seq,
    level: 'info',
    server,
    run,
    source: 'stderr',
    message,
    attributes: { n: seq },
    ...fields,
  })
  const records = messages.map((message, seq) =>
    typeof message === 'string' ? told(message, seq) : told('', seq, message),
  )
  // With its exit told, nobody has to find out that its process is gone.
  records.push(
    told('exited with code 0', messages.length, {
      source: 'lifecycle',
      attributes: { event: 'exit', code: 0 },
    }),
  )
  const header = { logboom: 1 as const, run, server, pid: 2 ** 22 + 1, pidStart: 'gone', segment: 0 }
  writeFileSync(join(dir, segmentName(run, 0)), encodeHeader(header) + records.map(encodeRecord).join(''))
  return records
}
