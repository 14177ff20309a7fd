/** Counts of what matches: over time, by value, by field, by pattern. */
import type { Histogram } from '../../store/contract.ts'
import { badRequest } from '../errors.ts'
import { field, fieldList, integer, otherwise } from '../params.ts'
import { jsonRoute, type Route } from '../route.ts'
import * as shapes from '../schemas.ts'
import { SELECTION, selectionOf } from '../selection.ts'
import { coarser, keepTop, MAX_BUCKETS, stepFor, withinBuckets } from '../steps.ts'
import { timeRange } from '../time-range.ts'

/** Values of a breakdown. */
const MAX_VALUES = 20
const MAX_STEP = 366 * 86_400_000

const histogram = jsonRoute({
  path: '/histogram',
  tag: 'counts',
  summary: 'Records over time',
  about: `At most ${MAX_BUCKETS} buckets: where a step gives more, a coarser one is taken, which the answer names.`,
  params: {
    ...SELECTION,
    step: integer('Milliseconds of a bucket; chosen from the range if absent', { min: 1, max: MAX_STEP }),
    by: field(`A field to split by; its ${MAX_VALUES} most frequent values are told`),
  },
  shape: shapes.histogram,
  answer: async (values, ask, { archive, regex }) => {
    const { step: asked, by, since, until } = values
    const selection = selectionOf(values, ask, regex)
    if (
      asked !== undefined &&
      since !== undefined &&
      until !== undefined &&
      !withinBuckets(until - since, asked)
    ) {
      throw badRequest(
        `A 'step' of ${asked} makes more than ${MAX_BUCKETS} buckets of this range`,
        `Make it ${stepFor(until - since, MAX_BUCKETS)} or more, or leave it out.`,
      )
    }
    const range = await timeRange(archive, selection)
    if (range === undefined) return { step: asked ?? stepFor(0), buckets: [], total: 0 }
    const width = range.to - range.from
    // Where the range is not given it is what was found; a step that is too fine for it is made coarser.
    const step = asked === undefined ? stepFor(width) : coarser(asked, width)
    const found = await archive.histogram({ ...selection, step, ...(by === undefined ? {} : { by }) })
    return keepTop(bounded(found), MAX_VALUES)
  },
})

/** Records may lie outside the range that was looked up: their times need not follow their positions. */
const bounded = (found: Histogram): Histogram => {
  let { step, buckets } = found
  while (buckets.length > MAX_BUCKETS) {
    const wide = step * 10
    const merged = new Map<number, Histogram['buckets'][number]>()
    for (const { time, count, by } of buckets) {
      const begin = Math.floor(time / wide) * wide
      const into = merged.get(begin) ?? { time: begin, count: 0, ...(by === undefined ? {} : { by: {} }) }
      into.count += count
      for (const [value, number] of Object.entries(by ?? {})) {
        if (into.by !== undefined) into.by[value] = (into.by[value] ?? 0) + number
      }
      merged.set(begin, into)
    }
    step = wide
    buckets = [...merged.values()]
  }
  return { ...found, step, buckets }
}

const facets = jsonRoute({
  path: '/facets',
  tag: 'counts',
  summary: 'The values of fields, with how many records have each',
  params: {
    ...SELECTION,
    field: fieldList('A field; give it again for another', {
      max: 20,
      fallback: ['level', 'server', 'source', 'tool', 'logger', 'status', 'client'],
    }),
    limit: otherwise(integer('Values of a field', { min: 1, max: 200 }), 10),
  },
  shape: shapes.facets,
  answer: async (values, ask, { archive, regex }) => {
    const selection = selectionOf(values, ask, regex)
    return { facets: await archive.facets({ ...selection, fields: values.field, limit: values.limit }) }
  },
})

const fields = jsonRoute({
  path: '/fields',
  tag: 'counts',
  summary: 'The fields that records have, with types and examples',
  about: 'Attributes are told by a sample of the newest records that match.',
  params: SELECTION,
  shape: shapes.fields,
  answer: async (values, ask, { archive, regex }) => ({
    fields: await archive.fields(selectionOf(values, ask, regex)),
  }),
})

const patterns = jsonRoute({
  path: '/patterns',
  tag: 'counts',
  summary: 'Messages that differ only in their variable parts, counted together',
  params: { ...SELECTION, limit: otherwise(integer('Patterns', { min: 1, max: 200 }), 50) },
  shape: shapes.patterns,
  answer: async (values, ask, { archive, regex }) => ({
    patterns: await archive.patterns({ ...selectionOf(values, ask, regex), limit: values.limit }),
  }),
})

export const counts: readonly Route[] = [histogram, facets, fields, patterns]
