/**
 * The contract checker of stores: every store has to pass it. Feeds made-up runs and compares each answer with one made
 * the naive way, from a list of all records in memory.
 */
import assert from 'node:assert/strict'
import { killedExit, lostOutcome } from '@logboom/sdk/observe'
import { compile, parseQuery, type RegexEngine } from '@logboom/sdk/query'
import { derivedId, isCallRecord, type LogRecord } from '@logboom/sdk/record'
import type { CallStory, RecordQuery, Store, ToolStats } from './contract.ts'
import { type GeneratedRun, generateRuns } from './generated-runs.ts'

/** Makes a store that holds these runs; `use` it, and clean up. */
export type WithStore = (runs: readonly GeneratedRun[], use: (store: Store) => Promise<void>) => Promise<void>

const FILTERS = [
  undefined,
  'level:>=warning',
  'server:analytics -source:call',
  '处理',
  'connection OR retry',
  'source:call status:error duration:>100ms',
  'tool:查询',
  '@user.id:1 NOT message:accent',
  '/REFUSED|完成/',
  'server:nobody',
]

export interface CheckSettings {
  seeds: readonly number[]
  regex: RegexEngine
  /**
   * `records`: it has nothing besides them. It does not know which processes live, so it tells no endings, which numbers are
   * missing, or what comes. @default 'runs'
   */
  holds?: 'runs' | 'records'
}

/** Checks the store against runs of these seeds. Throws an AssertionError that names the seed and the question. */
export const checkStore = async (
  withStore: WithStore,
  { seeds, regex, holds = 'runs' }: CheckSettings,
): Promise<void> => {
  for (const seed of seeds) {
    const runs = generateRuns(seed)
    await withStore(runs, async (store) => {
      for (const [index, text] of FILTERS.entries()) {
        // Every filter as it is; the bounds take turns.
        const [plain = {}, ...bounded] = variants(text, runs)
        for (const query of [plain, bounded[(index + seed) % bounded.length] ?? plain]) {
          await checkAnswers(store, runs, query, { seed, regex, holds })
        }
      }
    })
  }
}

const variants = (text: string | undefined, runs: readonly GeneratedRun[]): RecordQuery[] => {
  const filter = text === undefined ? {} : { filter: parseQuery(text, { now: 0 }) }
  const times = runs.flatMap(({ records }) => records.map(({ time }) => time)).sort((a, b) => a - b)
  const since = times[Math.floor(times.length / 3)] ?? 0
  const until = times[Math.floor((times.length * 2) / 3)] ?? 0
  return [filter, { ...filter, limit: 5 }, { ...filter, since, until }, { ...filter, limit: 0 }]
}

const checkAnswers = async (
  store: Store,
  runs: readonly GeneratedRun[],
  query: RecordQuery,
  { seed, regex, holds }: Required<Omit<CheckSettings, 'seeds'>> & { seed: number },
): Promise<void> => {
  const same = (answer: unknown, expected: unknown, question: string): void =>
    assert.deepEqual(answer, expected, `seed ${seed}: ${question} of ${JSON.stringify(query)}`)
  const knowsRuns = holds === 'runs'
  const all = runs.flatMap((run) => (knowsRuns ? withEnding(run) : run.records)).sort(inOrder)
  const matches = matcher(query, regex)
  const matching = all.filter(matches)

  const records = await collect(store.records(query))
  same(records, lastOf(matching, query.limit), 'records')
  same(await collect(store.calls(query)), lastOf(stories(all, matches), query.limit), 'calls')

  const { servers, tools, dropped, redacted, problems } = await store.stats(query)
  same(servers, serverStats(knowsRuns ? runs : [], matching), 'servers')
  same(tools, toolStats(all, matches), 'tools')
  const { unknown, ...told } = drops(runs)
  same(dropped, knowsRuns && unknown !== undefined ? { ...told, unknown } : told, 'dropped')
  same(redacted, sum(matching.map((record) => record.redacted ?? 0)), 'redacted')
  same(problems, [], 'problems')

  const stop = new AbortController()
  const followed: LogRecord[] = []
  if (!knowsRuns) {
    await assert.rejects(collect(store.follow({ ...query, signal: stop.signal })), { code: 'LB_USAGE' })
    return
  }
  if (records.length === 0) return
  for await (const record of store.follow({ ...query, signal: stop.signal })) {
    followed.push(record)
    if (followed.length === records.length) stop.abort()
  }
  // A killed run's ending is told when it is noticed, which may be after what was there.
  same(followed.sort(inOrder), [...records].sort(inOrder), 'follow')
}

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

const lastOf = <T>(items: T[], limit: number | undefined): T[] =>
  limit === undefined ? items : limit === 0 ? [] : items.slice(-limit)

const inOrder = (a: LogRecord, b: LogRecord): number =>
  a.observed - b.observed || (a.run < b.run ? -1 : a.run > b.run ? 1 : a.seq - b.seq)

const matcher = (
  { filter, since = 0, until = Number.POSITIVE_INFINITY }: RecordQuery,
  regex: RegexEngine,
) => {
  const matches = filter === undefined ? () => true : compile(filter, { regex })
  return (record: LogRecord): boolean => record.time >= since && record.time < until && matches(record)
}

const isKilled = ({ alive, records }: GeneratedRun): boolean =>
  !alive && !records.some(({ source, attributes }) => source === 'lifecycle' && attributes.event === 'exit')

const withEnding = (generated: GeneratedRun): LogRecord[] => {
  const { header, records } = generated
  const last = records.at(-1)
  if (last === undefined || !isKilled(generated)) return records
  const ended = new Set<string>()
  for (const record of records) {
    if (isCallRecord(record) && record.call.status !== 'started') ended.add(record.call.id)
  }
  const endings: LogRecord[] = []
  let seq = last.seq + 1
  for (const record of records) {
    if (!isCallRecord(record) || ended.has(record.call.id)) continue
    const id = derivedId(last.observed, `${header.run} lost ${record.call.id}`)
    endings.push(lostOutcome(record, last.observed, seq++, id))
  }
  const id = derivedId(last.observed, `${header.run} exit`)
  return [...records, ...endings, killedExit(last, last.observed, seq, id, endings.length)]
}

const stories = (all: readonly LogRecord[], matches: (record: LogRecord) => boolean): CallStory[] =>
  all.filter(isCallRecord).flatMap((started): CallStory[] => {
    if (started.call.status !== 'started') return []
    const { id } = started.call
    const own = all.filter(
      (record) => record.call !== undefined && 'id' in record.call && record.call.id === id,
    )
    if (!own.some(matches)) return []
    const outcome = own.filter(isCallRecord).find(({ call }) => call.status !== 'started')
    return [
      {
        call: (outcome ?? started).call,
        server: started.server,
        run: started.run,
        started,
        ...(outcome === undefined ? {} : { outcome }),
        records: own.filter((record) => !isCallRecord(record)),
      },
    ]
  })

const serverStats = (runs: readonly GeneratedRun[], matching: readonly LogRecord[]) => {
  const living = new Set(runs.filter(({ alive }) => alive).map(({ header }) => header.run))
  return [...new Set(matching.map(({ server }) => server))].sort().map((server) => {
    const own = matching.filter((record) => record.server === server)
    const ids = [...new Set(own.map(({ run }) => run))]
    const levels: Record<string, number> = {}
    for (const { level } of own) levels[level] = (levels[level] ?? 0) + 1
    return {
      server,
      runs: ids.length,
      alive: ids.filter((run) => living.has(run)).length,
      levels,
      records: own.length,
      lastSeen: Math.max(...own.map(({ observed }) => observed)),
    }
  })
}

const toolStats = (all: readonly LogRecord[], matches: (record: LogRecord) => boolean): ToolStats[] => {
  const calls = all.filter(isCallRecord)
  const ended = new Set(calls.filter(({ call }) => call.status !== 'started').map(({ call }) => call.id))
  const asked = calls.filter(matches)
  const keys = new Set(asked.map(({ server, call }) => JSON.stringify([server, call.method, call.tool])))
  const found = [...keys].map((key): ToolStats => {
    const own = asked.filter(({ server, call }) => JSON.stringify([server, call.method, call.tool]) === key)
    const [server = '', method = '', tool] = JSON.parse(key) as string[]
    const outcomes: Record<string, number> = {}
    const durations: number[] = []
    for (const { call } of own) {
      if (call.status === 'started') continue
      outcomes[call.status] = (outcomes[call.status] ?? 0) + 1
      if (call.status !== 'lost' && call.durationMs !== undefined) durations.push(call.durationMs)
    }
    const open = own.filter(({ call }) => call.status === 'started' && !ended.has(call.id)).length
    durations.sort((a, b) => a - b)
    // Nearest rank: the smallest value that at least this many percent do not exceed.
    const at = (percent: number): number =>
      durations.find((_, index) => ((index + 1) / durations.length) * 100 >= percent) ?? 0
    const ranks = durations.length === 0 ? {} : { p50: at(50), p95: at(95), p99: at(99) }
    return { server, method, ...(tool === undefined ? {} : { tool }), outcomes, open, ...ranks }
  })
  const order = ({ server, method, tool = '' }: ToolStats): string => `${server}\0${method}\0${tool}`
  return found.sort((a, b) => (order(a) < order(b) ? -1 : 1))
}

const drops = (runs: readonly GeneratedRun[]): Record<string, number> => {
  let told = 0
  let unknown = 0
  for (const { records } of runs) {
    const overflow = sum(
      records.map(({ attributes }) => (attributes.event === 'drop' ? Number(attributes.records) : 0)),
    )
    told += overflow
    unknown += (records.at(-1)?.seq ?? -1) + 1 - records.length - overflow
  }
  return { ...(told > 0 ? { overflow: told } : {}), ...(unknown > 0 ? { unknown } : {}) }
}
