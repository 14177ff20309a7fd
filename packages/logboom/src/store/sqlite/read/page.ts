/** Pages of records by position, and single records. */
import type { Page, PageQuery, Patience, Selection, Stored } from '../../contract.ts'
import { patienceOf } from './pace.ts'
import type { Reader } from './reader.ts'
import { type Hit, recordOf, type ScanOptions } from './scan.ts'

const storedOf = (hit: Hit): Stored => ({ position: hit.position, record: recordOf(hit) })

/** Reads a page. One record more than asked tells whether there are more. */
export const readPage = async (
  reader: Reader,
  query: PageQuery,
  options: Partial<ScanOptions> = {},
): Promise<Page> => {
  const last = reader.last()
  const items: Stored[] = []
  // Bounded by what was there when it began, so that a page has an end while the store grows.
  const before = Math.min(query.before ?? Number.MAX_SAFE_INTEGER, last + 1)
  const { order, limit, after } = query
  if (limit > 0) {
    const take = limit + 1
    const range = { order, before, take, ...(after === undefined ? {} : { after }) }
    for await (const hits of reader.scan(query, { ...options, ...range, wants: 'record' })) {
      for (const hit of hits) if (items.length < take) items.push(storedOf(hit))
      if (items.length >= take) break
    }
  }
  const more = items.length > limit
  if (more) items.pop()
  return { items, more, last }
}

/** Whole records of a selection, oldest first. */
export async function* readAll(
  reader: Reader,
  query: Selection,
  options: Partial<ScanOptions> = {},
): AsyncGenerator<Stored[]> {
  const range = { order: 'oldest', before: reader.last() + 1, ...options, wants: 'record' } as const
  for await (const hits of reader.scan(query, range)) yield hits.map(storedOf)
}

/** The record with this id. */
export const readById = async (
  reader: Reader,
  id: string,
  patience: Patience,
): Promise<Stored | undefined> => {
  const span = { start: 0, end: 1 }
  const test = { kind: 'equals', text: id } as const
  const filter = { kind: 'field', field: { kind: 'known', name: 'id' }, test, span } as const
  for await (const hits of reader.scan(
    { filter, ...patienceOf(patience) },
    { order: 'newest', wants: 'record', take: 1 },
  )) {
    // The query language folds case; ids do not.
    const found = hits.map(storedOf).find(({ record }) => record.id === id)
    if (found !== undefined) return found
  }
  return undefined
}
