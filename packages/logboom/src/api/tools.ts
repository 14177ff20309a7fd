/** What is told of each tool: the store's counts, with a sparkline and the last error beside them. */
import { BAD_OUTCOMES } from '@logboom/sdk/query'
import { isCallRecord } from '@logboom/sdk/record'
import type { Archive, Histogram, Selection, Stored, ToolStats } from '../store/contract.ts'
import { both, has, is, not } from './conditions.ts'
import { type Sizes, toolSizes } from './sizes.ts'
import { stepFor } from './steps.ts'
import { timeRange } from './time-range.ts'

/** Points of a sparkline. */
const POINTS = 60
/** Newest errors looked at for the last one of each tool; a tool with none among them is asked for alone. */
const NEWEST_ERRORS = 500
const MAX_ALONE = 50

export interface ToolSummary extends ToolStats {
  calls: number
  errors: number
  errorRate: number
  sparkline: { time: number; count: number }[]
  lastError?: Stored
  sizes?: Sizes
}

const OUTCOME = [is('source', 'call'), not(is('status', 'started'))]
const ERROR = [is('source', 'call'), is('status', 'error')]
const HAS_TOOL = has('tool')

type Named = Pick<ToolStats, 'server' | 'method' | 'tool'>

const keyOf = ({ server, method, tool }: Named): string => JSON.stringify([server, method, tool ?? null])

const count = (tool: ToolStats, outcomes: readonly string[]): number =>
  Object.entries(tool.outcomes).reduce((sum, [outcome, n]) => sum + (outcomes.includes(outcome) ? n : 0), 0)

/** All tools that calls in the selection name, and the methods that name none. */
export const toolSummaries = async (
  archive: Archive,
  selection: Selection,
): Promise<{ step?: number; tools: ToolSummary[] }> => {
  const { tools } = await archive.stats(selection)
  const range = tools.length === 0 ? undefined : await timeRange(archive, both(selection, ...OUTCOME))
  const step = range === undefined ? undefined : stepFor(range.to - range.from, POINTS)
  const lines =
    step === undefined ? new Map<string, Line>() : await sparklines(archive, selection, tools, step)
  const sizes = tools.length === 0 ? undefined : await toolSizes(archive, selection, keyOf)
  const summaries = tools.map((tool): ToolSummary => {
    const size = sizes?.get(keyOf(tool))
    const calls = count(tool, Object.keys(tool.outcomes))
    const errors = count(tool, BAD_OUTCOMES)
    return {
      ...tool,
      calls,
      errors,
      errorRate: calls === 0 ? 0 : errors / calls,
      sparkline: lines.get(keyOf(tool)) ?? [],
      ...(size === undefined || Object.keys(size).length === 0 ? {} : { sizes: size }),
    }
  })
  await addLastErrors(archive, selection, summaries)
  return step === undefined ? { tools: summaries } : { step, tools: summaries }
}

type Line = { time: number; count: number }[]

/** Per server one question for its tools, and one for its calls that are of no tool. */
const sparklines = async (
  archive: Archive,
  selection: Selection,
  tools: readonly ToolStats[],
  step: number,
): Promise<Map<string, Line>> => {
  const lines = new Map<string, Line>()
  const add = (histogram: Histogram, name: (value: string) => Named): void => {
    for (const { time, by } of histogram.buckets) {
      for (const [value, count] of Object.entries(by ?? {})) {
        const key = keyOf(name(value))
        const line = lines.get(key) ?? []
        lines.set(key, line)
        line.push({ time, count })
      }
    }
  }
  for (const server of new Set(tools.map((tool) => tool.server))) {
    const ofServer = [...OUTCOME, is('server', server)]
    const own = tools.filter((tool) => tool.server === server)
    if (own.some(({ tool }) => tool !== undefined)) {
      const found = await archive.histogram({ ...both(selection, ...ofServer, HAS_TOOL), step, by: 'tool' })
      add(found, (tool) => ({ server, method: 'tools/call', tool }))
    }
    if (own.some(({ tool }) => tool === undefined)) {
      const found = await archive.histogram({
        ...both(selection, ...ofServer, not(HAS_TOOL)),
        step,
        by: 'method',
      })
      add(found, (method) => ({ server, method }))
    }
  }
  return lines
}

const addLastErrors = async (
  archive: Archive,
  selection: Selection,
  summaries: readonly ToolSummary[],
): Promise<void> => {
  const wanted = new Map(summaries.filter(({ errors }) => errors > 0).map((tool) => [keyOf(tool), tool]))
  if (wanted.size === 0) return
  const errors = both(selection, ...ERROR)
  const { items } = await archive.page({ ...errors, order: 'newest', limit: NEWEST_ERRORS })
  for (const stored of items) {
    const { record } = stored
    if (!isCallRecord(record)) continue
    const key = keyOf({ server: record.server, ...record.call })
    const tool = wanted.get(key)
    if (tool === undefined) continue
    tool.lastError = stored
    wanted.delete(key)
  }
  for (const tool of [...wanted.values()].slice(0, MAX_ALONE)) {
    const named = tool.tool === undefined ? [not(HAS_TOOL)] : [is('tool', tool.tool)]
    const alone = both(errors, is('server', tool.server), is('method', tool.method), ...named)
    const [found] = (await archive.page({ ...alone, order: 'newest', limit: 1 })).items
    if (found !== undefined) tool.lastError = found
  }
}
