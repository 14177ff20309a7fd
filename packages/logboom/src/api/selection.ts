/** The parameters that most questions share, and what they mean. */
import { compile, type Expr, MAX_QUERY_LENGTH, parseQuery, type RegexEngine } from '@logboom/sdk/query'
import type { PageQuery, Patience, Selection } from '../store/contract.ts'
import { badRequest } from './errors.ts'
import { choice, integer, moment, otherwise, type Param, type Values } from './params.ts'
import type { Ask } from './route.ts'

const DEFAULT_LIMIT_MS = 10_000
const MAX_LIMIT_MS = 60_000

/** A query; the language checks it, and names a column. An empty one is none. */
const query: Param<string | undefined> = {
  about: 'What to find, in the query language (docs/query.md); everything without it',
  schema: { type: 'string', maxLength: MAX_QUERY_LENGTH },
  required: false,
  many: false,
  read: (texts, { name }) => {
    if (texts.length > 1)
      throw badRequest(`'${name}' is given ${texts.length} times`, 'Join queries by a space: it is AND.')
    return texts[0]
  },
  absent: undefined,
}

export const QUERY = { q: query }

const TIMEOUT = {
  timeout: otherwise(
    integer('Milliseconds the question may take', { min: 1, max: MAX_LIMIT_MS }),
    DEFAULT_LIMIT_MS,
  ),
}

export const SELECTION = {
  ...QUERY,
  since: moment('From then on'),
  until: moment('Before then'),
  ...TIMEOUT,
}

const MAX_POSITION = Number.MAX_SAFE_INTEGER

export const positionParam = (about: string) => integer(about, { min: 0, max: MAX_POSITION })

export const PAGE = {
  ...SELECTION,
  order: otherwise(choice('Which end the page is taken from', ['newest', 'oldest']), 'newest'),
  after: positionParam('Only positions above this one'),
  before: positionParam('Only positions below this one'),
  limit: otherwise(integer('Items of the page', { min: 1, max: 1000 }), 100),
}

/** The tree of a query text; absent if there is nothing to filter by. */
export const filterOf = (q: string | undefined, now: number, regex: RegexEngine): Expr | undefined => {
  if (q === undefined || q.trim() === '') return undefined
  const expr = parseQuery(q, { now })
  // The store has no text to point into, so what only compiling finds is found here.
  compile(expr, { regex, input: q })
  return expr
}

/** How long an answer may take in all, however many questions it is made of. */
export const patienceOf = ({ signal }: Pick<Ask, 'signal'>, ms = DEFAULT_LIMIT_MS): Patience => ({
  signal,
  deadline: { at: performance.now() + ms, ms },
})

export const selectionOf = (
  { q, since, until, timeout }: Values<typeof SELECTION>,
  { now, signal }: Ask,
  regex: RegexEngine,
): Selection => {
  if (since !== undefined && until !== undefined && since >= until)
    throw badRequest("'since' must be before 'until'")
  const filter = filterOf(q, now, regex)
  return {
    ...patienceOf({ signal }, timeout),
    ...(filter === undefined ? {} : { filter }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  }
}

export const pageOf = (values: Values<typeof PAGE>, ask: Ask, regex: RegexEngine): PageQuery => {
  const { after, before, order, limit } = values
  return {
    ...selectionOf(values, ask, regex),
    order,
    limit,
    ...(after === undefined ? {} : { after }),
    ...(before === undefined ? {} : { before }),
  }
}
