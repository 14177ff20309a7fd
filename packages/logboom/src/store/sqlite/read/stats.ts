/** Counts: by server and level, calls by tool with outcomes and durations, drops. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type IsAlive, missingRecords, type TrackerState } from '@logboom/sdk/journal'
import type { Outcome } from '@logboom/sdk/record'
import type { Patience, RecordQuery, Selection, ServerStats, StoreStats, ToolStats } from '../../contract.ts'
import { inBounds } from './bounds.ts'
import { both, fieldReader } from './field.ts'
import { callOf } from './find-calls.ts'
import { counters, openCalls, runMarks } from './newest.ts'
import { patienceOf } from './pace.ts'
import { readById, readPage } from './page.ts'
import type { Reader } from './reader.ts'
import { recordOf } from './scan.ts'
import { callStatusOf, type Series, seriesCallOf } from './series.ts'
import { tallySeries } from './tally.ts'

/** A tool's counts, and the durations of its calls. */
interface ToolCounts {
  stats: ToolStats
  durations: number[]
}

interface ServerCounts {
  stats: ServerStats
  runs: Set<string>
}

export const readStats = async (
  reader: Reader,
  query: RecordQuery & Patience,
  isAlive: IsAlive,
): Promise<StoreStats> => {
  const { limit: _, ...selection } = query
  const servers = new Map<string, ServerCounts>()
  const tools = createTools()
  await tallySeries(reader, selection, {}, ({ sample }, _time, rows) => {
    addServer(servers, sample.server, sample.run, sample.level, rows)
    const status = callStatusOf(sample)
    const call = seriesCallOf(sample)
    if (status === undefined || call === undefined) return
    const { outcomes } = tools.of(sample.server, call.method, call.tool).stats
    if (status !== 'started') outcomes[status as Outcome] = (outcomes[status as Outcome] ?? 0) + rows
  })
  await addDurations(reader, selection, tools)
  await addOpen(reader, selection, tools)
  for (const { stats } of servers.values()) stats.lastSeen = await lastSeen(reader, selection, stats.server)
  const living = await livingRuns(reader, isAlive)
  for (const { stats, runs } of servers.values()) {
    stats.runs = runs.size
    stats.alive = [...runs].filter((run) => living.has(run)).length
  }
  return {
    servers: [...servers.values()].map(({ stats }) => stats).sort((a, b) => compare(a.server, b.server)),
    tools: tools.all(),
    dropped: drops(reader),
    redacted: await redactedValues(reader, selection),
    problems: reader.files.problems(),
    bytes: await bytesOf(reader.dir),
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const addServer = (
  servers: Map<string, ServerCounts>,
  server: string,
  run: string,
  level: keyof ServerStats['levels'],
  rows: number,
): void => {
  const known = servers.get(server) ?? {
    stats: { server, runs: 0, alive: 0, levels: {}, records: 0, lastSeen: 0 },
    runs: new Set<string>(),
  }
  servers.set(server, known)
  known.runs.add(run)
  known.stats.records += rows
  known.stats.levels[level] = (known.stats.levels[level] ?? 0) + rows
}

const createTools = () => {
  const tools = new Map<string, ToolCounts>()
  return {
    of(server: string, method: string, tool: string | undefined): ToolCounts {
      const key = JSON.stringify([server, method, tool])
      const made: ToolStats = {
        server,
        method,
        ...(tool === undefined ? {} : { tool }),
        outcomes: {},
        open: 0,
      }
      const known = tools.get(key) ?? { stats: made, durations: [] }
      tools.set(key, known)
      return known
    },
    all: (): ToolStats[] =>
      [...tools.values()]
        .map(({ stats, durations }) => ({ ...stats, ...percentiles(durations) }))
        .sort(
          (a, b) =>
            compare(a.server, b.server) || compare(a.method, b.method) || compare(a.tool ?? '', b.tool ?? ''),
        ),
  }
}

type Tools = ReturnType<typeof createTools>

/** By nearest rank: always a duration that was measured. */
const percentiles = (durations: readonly number[]): Pick<ToolStats, 'p50' | 'p95' | 'p99'> => {
  if (durations.length === 0) return {}
  const sorted = Float64Array.from(durations).sort()
  const rank = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0
  return { p50: rank(0.5), p95: rank(0.95), p99: rank(0.99) }
}

/** Nobody knows how long a lost call took. */
const hasDuration = ({ sample }: Series): boolean => {
  const status = callStatusOf(sample)
  return status !== undefined && status !== 'started' && status !== ('lost' satisfies Outcome)
}

/** From the table of outcomes where the series alone decide, else from the records. */
const addDurations = async (reader: Reader, selection: Selection, tools: Tools): Promise<void> => {
  const { bounds } = reader.question(selection)
  const add = ({ sample }: Series, duration: unknown): void => {
    const call = seriesCallOf(sample)
    if (call === undefined || typeof duration !== 'number') return
    tools.of(sample.server, call.method, call.tool).durations.push(duration)
  }
  const scan = reader.scan(selection, {
    order: 'oldest',
    before: reader.last() + 1,
    wants: 'record',
    only: hasDuration,
    shortcut(_, plan, handle) {
      const sql = `SELECT series, duration, time FROM outcomes
        WHERE duration IS NOT NULL AND position <= ? AND series IN (SELECT value FROM json_each(?))`
      const rows = handle.db.arrays(sql).all(plan.last, JSON.stringify([...plan.verdicts.keys()]))
      for (const [id, duration, time] of rows) {
        const series = handle.seriesById(Number(id))
        if (series !== undefined && inBounds(bounds, Number(time))) add(series, duration)
      }
    },
  })
  for await (const hits of scan) for (const hit of hits) add(hit.series, callOf(recordOf(hit))?.durationMs)
}

const addOpen = async (reader: Reader, selection: Selection, tools: Tools): Promise<void> => {
  const { matches, bounds, reads } = reader.question(selection)
  for (const kept of openCalls(reader)) {
    const call = callOf(kept)
    if (call === undefined || !inBounds(bounds, kept.time)) continue
    // What is kept of a start has no attributes.
    const started =
      reads === 'body' ? ((await readById(reader, kept.id, patienceOf(selection)))?.record ?? kept) : kept
    if (matches(started)) tools.of(kept.server, call.method, call.tool).stats.open += 1
  }
}

/** When capture saw the newest record of a server. */
const lastSeen = async (reader: Reader, selection: Selection, server: string): Promise<number> => {
  const only = ({ sample }: Series): boolean => sample.server === server
  const { items } = await readPage(reader, { ...selection, order: 'newest', limit: 1 }, { only })
  return items[0]?.record.observed ?? 0
}

/** Runs that have not ended and whose process lives. */
export const livingRuns = async (reader: Reader, isAlive: IsAlive): Promise<Set<string>> => {
  const living = new Set<string>()
  for (const { run, pid, pidStart, ended } of runMarks(reader))
    if (!ended && (await isAlive(pid, pidStart))) living.add(run)
  return living
}

/** What journals told, and what is missing in runs that go on; those that ended were counted. */
const drops = (reader: Reader): Record<string, number> => {
  const dropped = counters(reader)
  let unknown = dropped.unknown ?? 0
  for (const { ended, tracker } of runMarks(reader))
    if (!ended && tracker !== null) unknown += missingRecords(tracker as unknown as TrackerState)
  for (const [reason, count] of Object.entries(reader.files.manifest().dropped))
    dropped[reason] = (dropped[reason] ?? 0) + count
  return { ...dropped, ...(unknown > 0 ? { unknown } : {}) }
}

const redactedValues = async (reader: Reader, selection: Selection): Promise<number> => {
  const filter = both(selection.filter, fieldReader('redacted').exists)
  let sum = 0
  const scanning = { order: 'oldest', before: reader.last() + 1, wants: 'record' } as const
  for await (const hits of reader.scan({ ...selection, filter }, scanning))
    for (const hit of hits) sum += recordOf(hit).redacted ?? 0
  return sum
}

const bytesOf = async (dir: string): Promise<number> => {
  const names = await readdir(dir).catch(() => [])
  const sizes = names.map((name) =>
    stat(join(dir, name))
      .then((file) => (file.isFile() ? file.size : 0))
      .catch(() => 0),
  )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
