/** What `stats` and the end of the demo print: records by server and level, calls by tool, and honest counts. */
import type { Level, Outcome } from '@logboom/sdk/record'
import type { ServerStats, StoreStats, ToolStats } from '../../store/contract.ts'
import { type Cell, table } from './table.ts'
import { visible } from './text.ts'
import { createTheme, shape, type Theme } from './theme.ts'
import { count, duration, plural, size } from './units.ts'
import { clip } from './width.ts'

export interface SummaryOptions {
  color: boolean
}

const NAME_MAX = 40
const NONE = '-'
const FAILED: readonly Outcome[] = ['tool_error', 'rpc_error', 'timeout', 'lost']

const name = (text: string): string => clip(visible(text), NAME_MAX)

interface LevelColumn {
  title: string
  levels: readonly Level[]
}

/** One column a level, the worst three in one: they are rare, and eight columns are wider than most terminals. */
const LEVEL_COLUMNS: readonly LevelColumn[] = [
  ...(['debug', 'info', 'notice', 'warning', 'error'] as const).map((level) => ({
    title: `${shape(level)} ${level}`,
    levels: [level],
  })),
  { title: `${shape('critical')} critical+`, levels: ['critical', 'alert', 'emergency'] },
]

const countOf = (server: ServerStats, levels: readonly Level[]): number =>
  levels.reduce((sum, level) => sum + (server.levels[level] ?? 0), 0)

const serversTable = (stats: StoreStats, theme: Theme): string => {
  const shown = LEVEL_COLUMNS.filter(({ levels }) =>
    stats.servers.some((server) => countOf(server, levels) > 0),
  )
  const columns = [
    { title: 'server' },
    { title: 'records', right: true },
    ...shown.map(({ title }) => ({ title, right: true })),
    { title: 'runs', right: true },
    { title: 'alive', right: true },
  ]
  const rows = stats.servers.map((server): Cell[] => [
    { text: name(server.server), paint: (text) => theme.server(server.server, text) },
    { text: count(server.records) },
    ...shown.map(({ levels }): Cell => {
      const records = countOf(server, levels)
      return records === 0
        ? { text: NONE, paint: theme.dim }
        : { text: count(records), paint: (text) => theme.level(levels[0] ?? 'info', text) }
    }),
    { text: count(server.runs) },
    { text: server.alive === 0 ? NONE : count(server.alive) },
  ])
  return table(columns, rows, theme.dim)
}

/** Calls of a tool that ended, and the share of them that failed. A cancelled call ended, but did not fail. */
export const callCounts = (tool: ToolStats): { ended: number; failed: number } => {
  let ended = 0
  for (const calls of Object.values(tool.outcomes)) ended += calls
  const failed = FAILED.reduce((sum, outcome) => sum + (tool.outcomes[outcome] ?? 0), 0)
  return { ended, failed }
}

const percent = (part: number, whole: number): string => {
  if (part === 0) return '0 %'
  const share = (part / whole) * 100
  return `${share >= 9.95 || Number.isInteger(share) ? Math.round(share) : share.toFixed(1)} %`
}

const toolsTable = (stats: StoreStats, theme: Theme): string => {
  const columns = [
    { title: 'server' },
    { title: 'tool' },
    { title: 'calls', right: true },
    { title: 'errors', right: true },
    { title: 'error rate', right: true },
    { title: 'p50', right: true },
    { title: 'p95', right: true },
    { title: 'open', right: true },
  ]
  const rows = stats.tools.map((tool): Cell[] => {
    const { ended, failed } = callCounts(tool)
    const bad = (text: string): Cell => (failed === 0 ? { text } : { text, paint: theme.bad })
    return [
      { text: name(tool.server), paint: (text) => theme.server(tool.server, text) },
      { text: name(tool.tool ?? tool.method) },
      { text: count(ended + tool.open) },
      bad(failed === 0 ? NONE : count(failed)),
      bad(ended === 0 ? NONE : percent(failed, ended)),
      { text: tool.p50 === undefined ? NONE : duration(tool.p50) },
      { text: tool.p95 === undefined ? NONE : duration(tool.p95) },
      tool.open === 0 ? { text: NONE, paint: theme.dim } : { text: count(tool.open), paint: theme.warn },
    ]
  })
  return table(columns, rows, theme.dim)
}

const notes = (stats: StoreStats, theme: Theme): string[] => {
  const records = stats.servers.reduce((sum, server) => sum + server.records, 0)
  const lines = [
    `${plural(records, 'record')} from ${plural(stats.servers.length, 'server')}, ${size(stats.bytes)} on disk`,
  ]
  if (stats.redacted > 0) lines.push(`${plural(stats.redacted, 'value')} masked before anything was written`)
  const dropped = Object.entries(stats.dropped).filter(([, records]) => records > 0)
  lines.push(
    dropped.length === 0
      ? 'nothing dropped'
      : theme.warn(
          `dropped: ${dropped.map(([reason, records]) => `${count(records)} ${visible(reason)}`).join(', ')}`,
        ),
  )
  for (const { file, problem } of stats.problems) {
    lines.push(theme.warn(`not read: ${visible(file)}: ${visible(problem)}`))
  }
  return lines
}

/**
 * The summary of a store as text; no line end at the end.
 * @example output.write(`${renderSummary(await store.stats({}), { color: false })}\n`)
 */
export const renderSummary = (stats: StoreStats, options: SummaryOptions): string => {
  const theme = createTheme(options.color)
  const parts: string[] = []
  if (stats.servers.length > 0)
    parts.push(`${theme.bold('Records by server and level')}\n${serversTable(stats, theme)}`)
  if (stats.tools.length > 0) parts.push(`${theme.bold('Calls by tool')}\n${toolsTable(stats, theme)}`)
  parts.push(notes(stats, theme).join('\n'))
  return parts.join('\n\n')
}
