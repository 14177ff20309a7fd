/**
 * The store over log files: what file sinks, exports and journals wrote, plain or compressed. Every question reads them anew,
 * in bounded memory.
 *
 * Files hold records and nothing else. So no process is asked whether it lives and no ending is derived, and a missing number
 * is no loss: what was filtered, thinned or deleted before is not there either. Drops that a record tells are counted.
 */
import { realpath, stat } from 'node:fs/promises'
import { LogboomError } from '@logboom/sdk/errors'
import { toldDrops } from '@logboom/sdk/journal'
import { compile, type RegexEngine } from '@logboom/sdk/query'
import type { LogRecord } from '@logboom/sdk/record'
import { globFiles } from '../../platform/index.ts'
import type { RecordQuery, Store } from '../contract.ts'
import { matchingCalls, tellStories } from '../journal/calls.ts'
import { createLast } from '../journal/last.ts'
import { createCounts } from '../journal/stats.ts'
import { noFollowing } from './no-following.ts'
import { inOrder, type OrderSettings } from './order.ts'

export interface FileStoreSettings {
  /** Names of files, or patterns with `*`, `?`, `**`, `[…]` and `{…}`. */
  files: readonly string[]
  regex: RegexEngine
  /** Told, when the store is closed, what of the files was not read; not what `stats` has told. */
  note?: (text: string) => void
  window?: OrderSettings['window']
}

/** The files that names and patterns stand for; each once, by whatever name. */
const resolveFiles = async (patterns: readonly string[]): Promise<string[]> => {
  const files = new Map<string, string>()
  for (const pattern of patterns) {
    const found = await globFiles(pattern)
    if (found === undefined)
      throw new LogboomError('LB_INPUT_FILE', `there is no file ${pattern}`, { hint: 'Check its name.' })
    if (found.length === 0)
      throw new LogboomError('LB_INPUT_FILE', `no file matches ${pattern}`, {
        hint: 'A * does not reach into directories; ** does.',
      })
    for (const file of found) {
      const real = await realpath(file).catch(() => file)
      if (!files.has(real)) files.set(real, file)
    }
  }
  return [...files.values()]
}

/**
 * Opens log files as a store.
 * @throws LogboomError LB_INPUT_FILE when none has this name or matches; from its questions also when one cannot be read
 * @example
 * const store = await openFileStore({ files: ['logs/*.gz'], regex: re2 })
 * for await (const { message } of store.records({ limit: 10 })) console.log(message)
 */
export const openFileStore = async (settings: FileStoreSettings): Promise<Store> => {
  const { regex, note = () => {}, window } = settings
  const files = await resolveFiles(settings.files)
  const closing = new AbortController()
  /** Of the last reading; each finds the same. */
  let problems: { file: string; problem: string }[] = []
  let told = false

  const matcher = ({ filter, since, until }: RecordQuery): ((record: LogRecord) => boolean) => {
    const matches = filter === undefined ? () => true : compile(filter, { regex })
    return (record) =>
      (since === undefined || record.time >= since) &&
      (until === undefined || record.time < until) &&
      matches(record)
  }

  /** A function: it changes between two looks. */
  const isStopped = ({ signal }: RecordQuery): boolean => closing.signal.aborted || signal?.aborted === true

  async function* reading(query: RecordQuery): AsyncGenerator<LogRecord[]> {
    const found: typeof problems = []
    problems = found
    const onProblem = (problem: (typeof found)[number]): void => void found.push(problem)
    for await (const records of inOrder(files, { onProblem, ...(window === undefined ? {} : { window }) })) {
      if (isStopped(query)) return
      yield records
    }
  }

  return {
    async *records(query) {
      const matches = matcher(query)
      const last = query.limit === undefined ? undefined : createLast<LogRecord>(query.limit)
      for await (const records of reading(query)) {
        for (const record of records) {
          if (!matches(record)) continue
          if (last !== undefined) last.add(record)
          else if (isStopped(query)) return
          else yield record
        }
      }
      if (last !== undefined && !isStopped(query)) yield* last.all()
    },
    // biome-ignore lint/correctness/useYield: the contract has it, and it never gives anything
    async *follow() {
      throw noFollowing()
    },
    async *calls(query) {
      const limit = query.limit ?? Number.POSITIVE_INFINITY
      const ids = await matchingCalls(reading(query), matcher(query), limit)
      if (ids.size === 0 || isStopped(query)) return
      for (const story of await tellStories(reading(query), ids)) {
        if (isStopped(query)) return
        yield story
      }
    },
    async stats(query) {
      const matches = matcher(query)
      const counts = createCounts()
      const dropped: Record<string, number> = {}
      for await (const records of reading(query)) {
        for (const record of records) {
          counts.see(record, matches(record))
          const drop = toldDrops(record)
          if (drop !== undefined && drop.records > 0)
            dropped[drop.reason] = (dropped[drop.reason] ?? 0) + drop.records
        }
      }
      told = true
      return {
        servers: counts.servers(new Set()),
        tools: counts.tools(),
        dropped,
        redacted: counts.redacted(),
        problems,
        bytes: await totalBytes(files),
      }
    },
    async close() {
      closing.abort()
      if (!told) for (const { file, problem } of problems) note(`Not all of ${file} was read: ${problem}.`)
    },
  }
}

const totalBytes = async (files: readonly string[]): Promise<number> => {
  let bytes = 0
  for (const file of files)
    bytes += await stat(file).then(
      ({ size }) => size,
      () => 0,
    )
  return bytes
}
