/** In which order patterns stand. */
import { LEVELS, levelFromName, severity } from '@logboom/sdk/record'
import type { Pattern } from '../api/client.ts'

export const SORTS = ['count', 'newest', 'level'] as const
export type Sort = (typeof SORTS)[number]

/** The most severe level of a pattern's messages. */
export const worstOf = ({ levels }: Pick<Pattern, 'levels'>): number =>
  Math.max(...Object.keys(levels).map((name) => severity(levelFromName(name) ?? LEVELS[0])))

const AFTER: Readonly<Record<Sort, (a: Pattern, b: Pattern) => number>> = {
  count: (a, b) => b.count - a.count,
  newest: (a, b) => b.last - a.last,
  level: (a, b) => worstOf(b) - worstOf(a) || b.count - a.count,
}

export const sorted = (patterns: readonly Pattern[], by: Sort): readonly Pattern[] =>
  [...patterns].sort((a, b) => AFTER[by](a, b) || (a.pattern < b.pattern ? -1 : 1))

/** The same rows in the order they had: new ones come after them, and nothing moves while it is read. */
export const held = (order: readonly string[], patterns: readonly Pattern[]): readonly Pattern[] => {
  const place = new Map(order.map((pattern, index) => [pattern, index]))
  const last = order.length
  return patterns
    .map((pattern, index) => ({ pattern, at: place.get(pattern.pattern) ?? last + index }))
    .sort((a, b) => a.at - b.at)
    .map(({ pattern }) => pattern)
}
