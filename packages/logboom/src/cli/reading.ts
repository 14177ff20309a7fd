/** What the reading commands share: the store opened and closed, and a word when there is nothing to show. */

import { nearest } from '@logboom/sdk/errors'
import { type Expr, FIELDS } from '@logboom/sdk/query'
import { homeDirectory } from '../platform/index.ts'
import type { RecordQuery, Store } from '../store/contract.ts'
import type { Context } from './context.ts'
import type { CommonOptions } from './options.ts'
import { visible } from './render/index.ts'

/** Runs `use` with the store of the home that the options name, and closes the store whatever happens. */
export const withStore = async (
  options: Pick<CommonOptions, 'home'>,
  context: Context,
  use: (store: Store, home: string) => Promise<void>,
): Promise<void> => {
  const home = homeDirectory({
    env: context.env,
    ...(options.home === undefined ? {} : { flag: options.home }),
  })
  const store = await context.openStore(home)
  try {
    await use(store, home)
  } finally {
    await store.close()
  }
}

/** True if the store holds any record at all. */
const hasRecords = async (store: Store, signal: AbortSignal): Promise<boolean> => {
  for await (const _ of store.records({ limit: 1, signal })) return true
  return false
}

/** Names in the query that are attributes to it, but look like a record's field misspelt. */
const misspelt = (expr: Expr | undefined): string[] => {
  if (expr === undefined) return []
  if (expr.kind === 'and' || expr.kind === 'or') return expr.of.flatMap(misspelt)
  if (expr.kind === 'not') return misspelt(expr.of)
  if (expr.kind !== 'field' || expr.field.kind !== 'attribute' || expr.field.path.length !== 1) return []
  const [name = ''] = expr.field.path
  const meant = nearest(
    name,
    FIELDS.map((field) => field.name),
  )
  return meant === undefined ? [] : [` '${visible(name)}' is no field of records; did you mean '${meant}'?`]
}

/** Says on stderr why nothing was printed, and what to do. With `--json` stderr is for errors only. */
export const explainNothing = async (
  store: Store,
  home: string,
  query: RecordQuery,
  options: CommonOptions,
  context: Context,
): Promise<void> => {
  if (options.json === true || context.signal.aborted) return
  if (!(await hasRecords(store, context.signal))) {
    context.note(
      `No records yet in ${home}. Put 'logboom tap --' before a server's command to capture it, or run 'logboom demo' to see how it looks.`,
    )
    return
  }
  const bounded = query.since !== undefined || query.until !== undefined
  context.note(
    bounded || query.filter !== undefined
      ? `Nothing in ${home} matches${bounded ? ' in that time' : ''}. 'logboom stats' shows what is there.${misspelt(query.filter).join('')}`
      : `Nothing to show from ${home}.`,
  )
}
