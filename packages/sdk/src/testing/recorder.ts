/** Collects records, so that a test can wait for one and assert on what came. */
import { isDeepStrictEqual } from 'node:util'
import { isObject, type LogRecord } from '../record/index.ts'
import type { Sink } from '../sink/index.ts'

/** Some of a record: each field given is equal, objects again in part. */
export type RecordPart = { readonly [K in keyof LogRecord]?: unknown }

export type Match = RecordPart | ((record: LogRecord) => boolean)

export interface Recorder {
  /** Everything collected, in order: the live array, to be read only. */
  readonly records: readonly LogRecord[]
  /** A handler, for `onLog` and `onRecord`. */
  readonly onRecord: (record: LogRecord) => void
  /** A sink, for `sinks`. */
  readonly sink: Sink
  /** Those that match, in order. */
  filter(match: Match): LogRecord[]
  /** The only one that matches. Throws, with what was collected, when there is none or more than one. */
  one(match: Match): LogRecord
  /** The first that matches, now or later. Rejects, with what was collected, after `timeoutMs`. @default 5000 */
  waitFor(match: Match, timeoutMs?: number): Promise<LogRecord>
  clear(): void
}

const partOf = (part: unknown, value: unknown): boolean =>
  isObject(part) && isObject(value)
    ? Object.entries(part).every(([key, expected]) => partOf(expected, value[key]))
    : isDeepStrictEqual(part, value)

const matches = (match: Match, record: LogRecord): boolean =>
  typeof match === 'function' ? match(record) : partOf(match, record)

const LISTED = 20

/**
 * Collects records.
 * @example
 * const logs = recorder()
 * const client = await connect(server, { onRecord: logs.onRecord })
 * await client.callTool({ name: 'add', arguments: {} })
 * await logs.waitFor({ level: 'error', message: 'connection refused' })
 */
export const recorder = (): Recorder => {
  const records: LogRecord[] = []
  const listeners = new Set<(record: LogRecord) => void>()

  const listed = (): string => {
    const lines = records
      .slice(-LISTED)
      .map(({ level, server, message }) => `  ${level} ${server}: ${message}`)
    const left = records.length - lines.length
    return `${records.length} collected${left > 0 ? ` (the last ${LISTED})` : ''}:\n${lines.join('\n')}`
  }
  const told = (match: Match): string =>
    typeof match === 'function' ? 'the predicate' : JSON.stringify(match)

  const onRecord = (record: LogRecord): void => {
    records.push(record)
    for (const listener of listeners) listener(record)
  }

  return {
    records,
    onRecord,
    sink: (batch) => {
      for (const record of batch) onRecord(record)
    },
    filter: (match) => records.filter((record) => matches(match, record)),
    one(match) {
      const [first, ...more] = records.filter((record) => matches(match, record))
      if (first === undefined || more.length > 0)
        throw new Error(
          `${first === undefined ? 'no' : more.length + 1} records match ${told(match)}; ${listed()}`,
        )
      return first
    },
    waitFor(match, timeoutMs = 5000) {
      const found = records.find((record) => matches(match, record))
      if (found !== undefined) return Promise.resolve(found)
      return new Promise((resolve, reject) => {
        const listener = (record: LogRecord): void => {
          try {
            if (!matches(match, record)) return
            resolve(record)
          } catch (error) {
            reject(error)
          }
          clearTimeout(timer)
          listeners.delete(listener)
        }
        const timer = setTimeout(() => {
          listeners.delete(listener)
          reject(new Error(`no record matched ${told(match)} in ${timeoutMs} ms; ${listed()}`))
        }, timeoutMs)
        listeners.add(listener)
      })
    },
    clear: () => {
      records.length = 0
    },
  }
}
