/** One tool: its numbers, and the ways from them to its calls. */
import type { ReactNode } from 'react'
import type { LogRecord, Tool } from '../api/client.ts'
import { filterIn } from '../ask/filters.ts'
import { Value } from '../ask/value.tsx'
import { go, type Place } from '../location/index.ts'
import { formatBytes, formatCount, formatDuration, formatPercent, formatTime } from '../parts/format.ts'
import { LogText } from '../parts/log-text.tsx'
import { ServerName } from '../parts/server-name.tsx'
import { useSettings } from '../settings/index.ts'
import { TAG, useLanguage, useText } from '../text/index.tsx'
import { type Column, nameOf } from './table.ts'
import { filled, pathOf } from './trend.ts'

export interface Trend {
  step: number
  span: { from: number; to: number }
}

/** The calls of a tool; of its failed ones only. */
const callsOf =
  (tool: Tool, failed: boolean) =>
  ({ chips }: Place) => {
    const values: [string, string][] = [
      ['server', tool.server],
      tool.tool === undefined ? ['method', tool.method] : ['tool', tool.tool],
      ...(failed ? [['status', 'error'] as [string, string]] : []),
    ]
    const filtered = values.reduce(
      (now, [field, value]) => filterIn(field, value)({ chips: now }).chips ?? now,
      chips,
    )
    return { view: 'calls' as const, page: undefined, chips: filtered }
  }

const LINK = 'rounded px-1 -mx-1 text-left hover:bg-row hover:underline'

export const ToolRow = ({
  tool,
  columns,
  trend,
}: {
  tool: Tool
  columns: readonly Column[]
  trend: Trend | undefined
}) => (
  <tr className="h-7 border-line border-b hover:bg-panel">
    {columns.map((column) => (
      <Cell key={column} column={column} tool={tool} trend={trend} />
    ))}
  </tr>
)

const Cell = ({ column, tool, trend }: { column: Column; tool: Tool; trend: Trend | undefined }) => {
  const t = useText().tools
  switch (column) {
    case 'tool':
      return (
        <th scope="row" className="max-w-64 truncate px-3 text-left font-medium">
          <button type="button" className={LINK} title={t.showCalls} onClick={() => go(callsOf(tool, false))}>
            <LogText text={nameOf(tool)} />
          </button>
        </th>
      )
    case 'server':
      return (
        <td className="max-w-48 truncate px-3">
          <Value field="server" value={tool.server}>
            <ServerName name={tool.server} />
          </Value>
        </td>
      )
    case 'calls':
      return <Amount value={tool.calls} />
    case 'open':
      return <Amount value={tool.open} quiet />
    case 'errorRate':
      return <ErrorRate tool={tool} />
    case 'p50':
    case 'p95':
    case 'p99':
      return <Figure>{tool[column] === undefined ? '–' : formatDuration(tool[column])}</Figure>
    case 'request':
    case 'response':
      return <Size size={tool.sizes?.[column]} />
    case 'trend':
      return <td className="px-3">{trend !== undefined && <Sparkline tool={tool} trend={trend} />}</td>
    case 'lastError':
      return <LastError tool={tool} />
  }
}

const Figure = ({ children, title }: { children: ReactNode; title?: string }) => (
  <td className="px-2 text-right" title={title}>
    {children}
  </td>
)

const Amount = ({ value, quiet = false }: { value: number; quiet?: boolean }) => {
  const tag = TAG[useLanguage()]
  return (
    <Figure>
      <span className={quiet && value === 0 ? 'text-dim' : ''}>{formatCount(value, tag)}</span>
    </Figure>
  )
}

const Size = ({ size }: { size: { p50: number; max: number } | undefined }) => {
  const t = useText().tools
  if (size === undefined) return <Figure>–</Figure>
  return (
    <Figure title={t.largest(formatBytes(size.max))}>
      {formatBytes(size.p50)} <span className="text-dim max-2xl:sr-only">≤ {formatBytes(size.max)}</span>
    </Figure>
  )
}

const ErrorRate = ({ tool }: { tool: Tool }) => {
  const t = useText().tools
  const tag = TAG[useLanguage()]
  if (tool.calls === 0) return <Figure>–</Figure>
  const rate = formatPercent(tool.errorRate, tag)
  if (tool.errors === 0) return <Figure>{rate}</Figure>
  return (
    <Figure>
      <button
        type="button"
        className={`${LINK} text-error`}
        title={t.showFailed(formatCount(tool.errors, tag), tool.errors)}
        onClick={() => go(callsOf(tool, true))}
      >
        <span aria-hidden="true">■ </span>
        {rate}
      </button>
    </Figure>
  )
}

const WIDTH = 96
const HEIGHT = 16

const Sparkline = ({ tool, trend: { step, span } }: { tool: Tool; trend: Trend }) => {
  const t = useText().tools
  const counts = filled(tool.sparkline, step, span)
  const most = formatCount(Math.max(0, ...counts), TAG[useLanguage()])
  return (
    <svg
      role="img"
      aria-label={t.trendAbout(most, formatDuration(step))}
      width={WIDTH}
      height={HEIGHT + 4}
      viewBox={`0 -2 ${WIDTH} ${HEIGHT + 4}`}
      className="block text-accent"
    >
      <title>{t.trendAbout(most, formatDuration(step))}</title>
      {counts.length === 1 ? (
        <circle cx={2} cy={HEIGHT / 2} r={2} fill="currentColor" />
      ) : (
        <path d={pathOf(counts, WIDTH, HEIGHT)} fill="none" stroke="currentColor" strokeWidth={1.25} />
      )}
    </svg>
  )
}

/** The message without what the row says already. */
const reasonOf = ({ message, call }: LogRecord): string => {
  if (call === undefined || !('method' in call)) return message
  const name = [call.method, call.tool].filter(Boolean).join(' ')
  return message.startsWith(`${name} `) ? message.slice(name.length + 1) : message
}

const LastError = ({ tool: { lastError } }: { tool: Tool }) => {
  const { time } = useSettings()
  if (lastError === undefined) return <td className="px-3 text-dim">–</td>
  const { record } = lastError
  return (
    <td className="w-full max-w-0 px-3">
      <button
        type="button"
        className={`${LINK} flex w-full gap-2`}
        onClick={() => go({ record: record.id, call: undefined })}
      >
        <time className="mono shrink-0 text-dim">{formatTime(record.time, time, Date.now())}</time>
        <span className="mono truncate text-error">
          <LogText text={reasonOf(record)} />
        </span>
      </button>
    </td>
  )
}
