/** What the newest file knows besides records: how far runs were read, calls without outcome, and counters. */
import type { LogRecord } from '@logboom/sdk/record'
import type { RunMark } from '../types.ts'
import type { Handle } from './handle.ts'
import type { Reader } from './reader.ts'

/** Asks the newest file that can be read. */
const newest = <T>(reader: Reader, use: (handle: Handle) => T): T | undefined => {
  const list = reader.files.list()
  for (let index = list.length - 1; index >= 0; index--) {
    const file = list[index]
    const found = file && reader.files.use(file, (handle) => ({ value: use(handle) }))
    if (found !== undefined) return found.value
  }
  return undefined
}

export const runMarks = (reader: Reader): RunMark[] =>
  newest(reader, ({ db }) =>
    db
      .arrays('SELECT mark FROM runs')
      .all()
      .map(([mark]) => JSON.parse(String(mark)) as RunMark),
  ) ?? []

/** Starts of the calls that have no outcome yet. */
export const openCalls = (reader: Reader): LogRecord[] =>
  newest(reader, ({ db }) =>
    db
      .arrays('SELECT started FROM open_calls')
      .all()
      .map(([started]) => JSON.parse(String(started)) as LogRecord),
  ) ?? []

/** Drops told by the journals, by reason. */
export const counters = (reader: Reader): Record<string, number> =>
  Object.fromEntries(
    newest(reader, ({ db }) =>
      db
        .arrays('SELECT name, value FROM counters')
        .all()
        .map(([name, value]) => [String(name), Number(value)]),
    ) ?? [],
  )
