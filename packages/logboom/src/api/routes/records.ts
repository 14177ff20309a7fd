/** Records: a page, one, and those around one. */
import type { Patience, Stored } from '../../store/contract.ts'
import { notFound } from '../errors.ts'
import { always, integer, otherwise, text } from '../params.ts'
import { jsonRoute, type Route, type Sources } from '../route.ts'
import * as shapes from '../schemas.ts'
import { filterOf, PAGE, pageOf, patienceOf, positionParam, QUERY } from '../selection.ts'

const page = jsonRoute({
  path: '/records',
  tag: 'records',
  summary: 'Records that match',
  about:
    'A page from either end. The next page: `before` the position of the last item, or with `order=oldest` `after` it.',
  params: PAGE,
  shape: shapes.recordPage,
  answer: (values, ask, { archive, regex }) => archive.page(pageOf(values, ask, regex)),
})

const one = jsonRoute({
  path: '/records/{id}',
  tag: 'records',
  summary: 'One record, by its id',
  pathParams: { id: always(text('Id of the record', { max: 128 })) },
  params: {},
  shape: shapes.stored,
  mayMiss: true,
  answer: async ({ id }, ask, { archive }) => {
    const found = await archive.byId(id, patienceOf(ask))
    if (found === undefined) throw notFound('No record has this id', 'It may have been dropped by retention.')
    return found
  },
})

/** The record at a position, whatever the filter. */
const at = async (position: number, patience: Patience, { archive }: Sources): Promise<Stored> => {
  const { items } = await archive.page({
    after: position - 1,
    before: position + 1,
    order: 'oldest',
    limit: 1,
    ...patience,
  })
  const [found] = items
  if (found === undefined)
    throw notFound(`No record is at position ${position}`, 'It may have been dropped by retention.')
  return found
}

const side = (about: string) => otherwise(integer(about, { min: 0, max: 500 }), 50)

const around = jsonRoute({
  path: '/records/around/{position}',
  tag: 'records',
  summary: 'What came before and after a record',
  about: 'The record itself is among the items even when it does not match `q`.',
  pathParams: { position: always(positionParam('Position of the record')) },
  params: { ...QUERY, before: side('Records before it'), after: side('Records after it') },
  shape: shapes.around,
  mayMiss: true,
  answer: async ({ position, q, before, after }, ask, sources) => {
    const { archive, regex } = sources
    const filter = filterOf(q, ask.now, regex)
    const patience = patienceOf(ask)
    const selection = { ...patience, ...(filter === undefined ? {} : { filter }) }
    const record = await at(position, patience, sources)
    const older = await archive.page({
      ...selection,
      before: position,
      order: 'newest',
      limit: Math.max(1, before),
    })
    const newer = await archive.page({
      ...selection,
      after: position,
      order: 'oldest',
      limit: Math.max(1, after),
    })
    return {
      items: [...older.items.slice(0, before).reverse(), record, ...newer.items.slice(0, after)],
      moreBefore: older.more || older.items.length > before,
      moreAfter: newer.more || newer.items.length > after,
    }
  },
})

export const records: readonly Route[] = [page, one, around]
