/** What the tests of journals share: made-up records, reading a whole directory, and a file system that can fail. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createIds, type LogRecord } from '../record/index.ts'
import { type JournalFs, nodeFs } from './fs.ts'
import { type JournalProblem, listJournals, openSegment } from './reader.ts'

const newId = createIds()

/** A run's id that is the same for the same number. */
export const runId = (number: number): string =>
  `01930000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`

/** A record of run 1; `observed` follows `seq` unless told otherwise. */
export const makeRecord = (seq: number, fields: Partial<LogRecord> = {}): LogRecord => {
  const observed = fields.observed ?? 1_760_000_000_000 + seq
  return {
    id: newId(observed),
    time: observed,
    observed,
    seq,
    level: 'info',
    server: 'analytics',
    run: runId(1),
    source: 'stderr',
    message: `record ${seq} – 记录`,
    attributes: {},
    ...fields,
  }
}

/** The start of a call. */
export const makeStart = (seq: number, call: string, fields: Partial<LogRecord> = {}): LogRecord =>
  makeRecord(seq, {
    source: 'call',
    message: `tools/call ${call}`,
    attributes: { arguments: { n: seq } },
    call: {
      id: call,
      method: 'tools/call',
      tool: 'add',
      requestId: seq,
      from: 'client',
      attribution: 'exact',
      status: 'started',
    },
    ...fields,
  })

export const withTempDir = async <T>(use: (dir: string) => Promise<T>): Promise<T> => {
  const dir = await mkdtemp(join(tmpdir(), 'logboom-journal-'))
  try {
    return await use(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** Every record of a directory, run by run, and every problem. */
export const readAll = async (
  dir: string,
): Promise<{ records: LogRecord[]; problems: JournalProblem[]; torn: number }> => {
  const found = { records: [] as LogRecord[], problems: [] as JournalProblem[], torn: 0 }
  for (const { segments } of await listJournals(dir)) {
    for (const segment of segments) {
      const reader = await openSegment(segment)
      if (reader === undefined) continue
      try {
        for (let end = false; !end; ) {
          const chunk = await reader.read()
          found.records.push(...chunk.records)
          found.problems.push(...chunk.problems)
          end = chunk.end
          if (end) found.torn += chunk.torn
        }
      } finally {
        await reader.close()
      }
    }
  }
  return found
}

export type Fault =
  | { kind: 'none' }
  /** This share of the bytes is taken and told. */
  | { kind: 'short'; share: number }
  /** This share is taken, then the call fails. */
  | { kind: 'error'; share: number; code: string }
  /** The call is answered late. */
  | { kind: 'late'; ms: number }

export interface Faults {
  write?: () => Fault
  create?: () => string | undefined
  truncate?: () => string | undefined
}

const failure = (code: string): Error => Object.assign(new Error(code), { code })

/** The real file system, except that each operation first asks whether to fail. */
export const faultyFs = (faults: Faults): JournalFs => ({
  ...nodeFs,
  create: async (path) => {
    const code = faults.create?.()
    if (code !== undefined) throw failure(code)
    const file = await nodeFs.create(path)
    return {
      ...file,
      write: async (bytes) => {
        const fault = faults.write?.() ?? { kind: 'none' }
        switch (fault.kind) {
          case 'none':
            return file.write(bytes)
          case 'late':
            await new Promise((resolve) => setTimeout(resolve, fault.ms))
            return file.write(bytes)
          default: {
            const share = bytes.subarray(0, Math.floor(bytes.byteLength * fault.share))
            const taken = share.byteLength === 0 ? 0 : await file.write(share)
            if (fault.kind === 'error') throw failure(fault.code)
            return taken
          }
        }
      },
      truncate: async (size) => {
        const truncateCode = faults.truncate?.()
        if (truncateCode !== undefined) throw failure(truncateCode)
        await file.truncate(size)
      },
    }
  },
})
