/** Which values a field has among what matches, and which fields there are. */

import { FIELDS } from '@logboom/sdk/query'
import { type Attributes, isObject, type Json, LEVELS } from '@logboom/sdk/record'
import type { Facet, FacetQuery, FieldSummary, Selection } from '../../contract.ts'
import { both, type FieldReader, fieldReader } from './field.ts'
import { readPage } from './page.ts'
import type { Reader } from './reader.ts'
import { recordOf } from './scan.ts'
import type { Series } from './series.ts'
import { tallySeries } from './tally.ts'

/** Different values counted of one field; further ones are counted together. */
const MAX_VALUES = 10_000

interface Counts {
  values: Map<string, number>
  /** Records of which no value is counted by itself. */
  beyond: number
  /** Records that have a value. */
  having: number
}

const noCounts = (): Counts => ({ values: new Map(), beyond: 0, having: 0 })

const count = (counts: Counts, values: readonly string[], rows: number): void => {
  if (values.length === 0) return
  counts.having += rows
  for (const value of values) {
    const known = counts.values.get(value)
    if (known === undefined && counts.values.size >= MAX_VALUES) counts.beyond += rows
    else counts.values.set(value, (known ?? 0) + rows)
  }
}

const byCount = ([a, x]: [string, number], [b, y]: [string, number]): number =>
  y - x || (a < b ? -1 : a > b ? 1 : 0)

export const readFacets = async (reader: Reader, query: FacetQuery): Promise<Facet[]> => {
  const { fields, limit, ...selection } = query
  const readers = fields.map(fieldReader)
  const counts = new Map<FieldReader, Counts>(readers.map((field) => [field, noCounts()]))
  const ofSeries = readers.filter((field) => field.ofSeries)
  let total = 0
  await tallySeries(reader, selection, {}, ({ sample }, _, rows) => {
    total += rows
    for (const field of ofSeries) count(counts.get(field) ?? noCounts(), field.values(sample), rows)
  })
  for (const field of readers) {
    const own = counts.get(field)
    if (field.ofSeries || own === undefined) continue
    const having = { ...selection, filter: both(selection.filter, field.exists) }
    for await (const hits of reader.scan(having, { order: 'newest', wants: 'record' }))
      for (const hit of hits) count(own, field.values(recordOf(hit)), 1)
  }
  return readers.map((field) => {
    const { values, beyond, having } = counts.get(field) ?? noCounts()
    const sorted = [...values].sort(byCount)
    const listed = sorted.slice(0, limit).map(([value, rows]) => ({ value, count: rows }))
    const rest = sorted.slice(limit).reduce((sum, [, rows]) => sum + rows, beyond)
    return { field: field.name, values: listed, other: rest, missing: Math.max(0, total - having) }
  })
}

/** Records whose attributes are looked at, and how deep. */
const SAMPLE = 2000
const MAX_PATH = 6
const MAX_FIELDS = 500
const EXAMPLES = 5

interface Found {
  types: Set<FieldSummary['types'][number]>
  count: number
  examples: Set<string>
}

export const readFields = async (reader: Reader, selection: Selection): Promise<FieldSummary[]> => {
  const known = FIELDS.map(({ name }) => fieldReader(name)).filter((field) => field.ofSeries)
  const counts = new Map<string, Counts>(known.map(({ name }) => [name, noCounts()]))
  await tallySeries(reader, selection, {}, ({ sample }: Series, _, rows) => {
    for (const field of known) count(counts.get(field.name) ?? noCounts(), field.values(sample), rows)
  })
  const summaries: FieldSummary[] = []
  for (const [name, { values, having }] of counts) {
    if (having === 0) continue
    const examples = [...values].sort(byCount).slice(0, name === 'level' ? LEVELS.length : EXAMPLES)
    summaries.push({ name, types: ['string'], count: having, examples: examples.map(([value]) => value) })
  }
  const { items } = await readPage(reader, { ...selection, order: 'newest', limit: SAMPLE })
  const found = new Map<string, Found>()
  for (const { record } of items) sampleAttributes(found, record.attributes)
  const attributes = [...found]
    .map(
      ([name, { types, count: having, examples }]): FieldSummary => ({
        name,
        types: [...types],
        count: having,
        examples: [...examples],
      }),
    )
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
  return [...summaries, ...attributes]
}

const sampleAttributes = (found: Map<string, Found>, attributes: Attributes): void => {
  const seen = new Set<string>()
  const see = (name: string, value: Json, depth: number): void => {
    if (value === null || depth > MAX_PATH) return
    const known = found.get(name)
    if (known === undefined && found.size >= MAX_FIELDS) return
    const summary = known ?? { types: new Set(), count: 0, examples: new Set() }
    found.set(name, summary)
    if (!seen.has(name)) summary.count += 1
    seen.add(name)
    if (Array.isArray(value)) {
      summary.types.add('array')
      for (const item of value) see(name, item, depth + 1)
    } else if (isObject(value)) {
      summary.types.add('object')
      for (const [key, inner] of Object.entries(value))
        see(`${name}.${written(key)}`, inner as Json, depth + 1)
    } else {
      summary.types.add(typeof value as 'string' | 'number' | 'boolean')
      if (summary.examples.size < EXAMPLES) summary.examples.add(String(value).slice(0, 100))
    }
  }
  for (const [key, value] of Object.entries(attributes)) see(`@${written(key)}`, value, 1)
}

/** A key as a query writes it. */
const written = (key: string): string =>
  /^[^\s.:"()@]+(?:\.[^\s.:"()@]+)*$/.test(key)
    ? key
    : `"${key.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
