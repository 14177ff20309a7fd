/** Counts over records: by server and level, calls by tool with outcomes and durations. */
import { isCallRecord, type LogRecord, type Outcome } from '@logboom/sdk/record'
import type { ServerStats, ToolStats } from '../contract.ts'

interface ToolCount {
  stats: ToolStats
  durations: number[]
}

export interface Counts {
  /** Counts a record; `matches` tells whether the question was about it. */
  see(record: LogRecord, matches: boolean): void
  /** @param living runs whose process lives */
  servers(living: ReadonlySet<string>): ServerStats[]
  tools(): ToolStats[]
  redacted(): number
}

export const createCounts = (): Counts => {
  const servers = new Map<string, { stats: ServerStats; runs: Set<string> }>()
  const tools = new Map<string, ToolCount>()
  /** Calls that match and have no outcome yet. */
  const open = new Map<string, ToolCount>()
  let redacted = 0

  const toolOf = (server: string, method: string, tool: string | undefined): ToolCount => {
    const key = JSON.stringify([server, method, tool])
    const known = tools.get(key)
    if (known !== undefined) return known
    const stats: ToolStats = {
      server,
      method,
      ...(tool === undefined ? {} : { tool }),
      outcomes: {},
      open: 0,
    }
    const made = { stats, durations: [] }
    tools.set(key, made)
    return made
  }

  const seeServer = (record: LogRecord): void => {
    const known = servers.get(record.server) ?? {
      stats: { server: record.server, runs: 0, alive: 0, levels: {}, records: 0, lastSeen: record.observed },
      runs: new Set<string>(),
    }
    servers.set(record.server, known)
    const { stats, runs } = known
    runs.add(record.run)
    stats.records += 1
    stats.levels[record.level] = (stats.levels[record.level] ?? 0) + 1
    stats.lastSeen = Math.max(stats.lastSeen, record.observed)
  }

  const seeCall = (record: LogRecord, matches: boolean): void => {
    if (!isCallRecord(record)) return
    const { id, method, tool, status, durationMs } = record.call
    if (status === 'started') {
      if (matches) open.set(id, toolOf(record.server, method, tool))
      return
    }
    open.delete(id)
    if (!matches) return
    const { stats, durations } = toolOf(record.server, method, tool)
    stats.outcomes[status] = (stats.outcomes[status] ?? 0) + 1
    // Nobody knows how long a lost call took.
    if (durationMs !== undefined && status !== ('lost' satisfies Outcome)) durations.push(durationMs)
  }

  return {
    see(record, matches) {
      seeCall(record, matches)
      if (!matches) return
      seeServer(record)
      redacted += record.redacted ?? 0
    },
    servers: (living) =>
      [...servers.values()]
        .map(({ stats, runs }) => ({
          ...stats,
          runs: runs.size,
          alive: [...runs].filter((run) => living.has(run)).length,
        }))
        .sort((a, b) => compare(a.server, b.server)),
    tools() {
      for (const tool of tools.values()) tool.stats.open = 0
      for (const tool of open.values()) tool.stats.open += 1
      return [...tools.values()]
        .map(({ stats, durations }) => ({ ...stats, ...percentiles(durations) }))
        .sort(
          (a, b) =>
            compare(a.server, b.server) || compare(a.method, b.method) || compare(a.tool ?? '', b.tool ?? ''),
        )
    },
    redacted: () => redacted,
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** By nearest rank: always a duration that was measured. */
const percentiles = (durations: number[]): { p50?: number; p95?: number; p99?: number } => {
  if (durations.length === 0) return {}
  const sorted = Float64Array.from(durations).sort()
  const rank = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0
  return { p50: rank(0.5), p95: rank(0.95), p99: rank(0.99) }
}
