/** Similar messages put together, by what `maskMessage` leaves of them. */
import { type Level, maskMessage } from '@logboom/sdk/record'
import type { Patience, Pattern, Selection } from '../../contract.ts'
import { patienceOf } from './pace.ts'
import type { Reader } from './reader.ts'
import { type Hit, recordOf } from './scan.ts'

/** Patterns kept at once; with more than these, the rarest are forgotten. */
const MAX_PATTERNS = 5000

interface Group {
  count: number
  levels: Partial<Record<Level, number>>
  servers: Set<string>
  first: number
  last: number
  newest: Hit
}

export const readPatterns = async (
  reader: Reader,
  query: Selection & { limit: number },
): Promise<Pattern[]> => {
  const { limit, ...selection } = query
  const groups = new Map<string, Group>()
  const masked = new Map<string, string>()
  const patternOf = (message: string): string => {
    const known = masked.get(message)
    if (known !== undefined) return known
    const pattern = maskMessage(message)
    if (masked.size > MAX_PATTERNS) masked.clear()
    masked.set(message, pattern)
    return pattern
  }
  for await (const hits of reader.scan(selection, { order: 'newest', wants: 'message' })) {
    for (const hit of hits) see(groups, patternOf(hit.message), hit)
    if (groups.size > 2 * MAX_PATTERNS) forgetRare(groups)
  }
  const found: Pattern[] = []
  for (const [pattern, group] of [...groups].sort(([, a], [, b]) => b.count - a.count || b.last - a.last)) {
    if (found.length >= limit) break
    const example = await exampleOf(reader, group.newest, selection)
    if (example === undefined) continue
    const { count, levels, first, last } = group
    found.push({ pattern, count, levels, servers: [...group.servers].sort(), first, last, example })
  }
  return found
}

const see = (groups: Map<string, Group>, pattern: string, hit: Hit): void => {
  const { level, server } = hit.series.sample
  const group = groups.get(pattern) ?? {
    count: 0,
    levels: {},
    servers: new Set<string>(),
    first: hit.time,
    last: hit.time,
    newest: hit,
  }
  groups.set(pattern, group)
  group.count += 1
  group.levels[level] = (group.levels[level] ?? 0) + 1
  group.servers.add(server)
  group.first = Math.min(group.first, hit.time)
  group.last = Math.max(group.last, hit.time)
}

const forgetRare = (groups: Map<string, Group>): void => {
  const sorted = [...groups].sort(([, a], [, b]) => b.count - a.count)
  for (const [pattern] of sorted.slice(MAX_PATTERNS)) groups.delete(pattern)
}

const exampleOf = async (
  reader: Reader,
  { position }: Hit,
  patience: Patience,
): Promise<Pattern['example'] | undefined> => {
  const range = {
    after: position - 1,
    before: position + 1,
    order: 'newest',
    wants: 'record',
    take: 1,
  } as const
  for await (const [hit] of reader.scan(patienceOf(patience), range))
    if (hit !== undefined) return { position, record: recordOf(hit) }
  return undefined
}
