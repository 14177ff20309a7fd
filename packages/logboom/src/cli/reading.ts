/** What the reading commands share: the store opened and closed, and a word when there is nothing to show. */

import { LogboomError, nearest } from '@logboom/sdk/errors'
import { type Expr, FIELDS } from '@logboom/sdk/query'
import { homeDirectory } from '../platform/index.ts'
import type { RecordQuery, Store } from '../store/contract.ts'
import type { Context } from './context.ts'
import type { CommonOptions } from './options.ts'
import { visible } from './render/index.ts'

/** What is read: a home, or log files. */
export interface Place {
  kind: 'home' | 'files'
  /** As it is told to the user. */
  name: string
}

const open = async (
  { home, file }: Pick<CommonOptions, 'home' | 'file'>,
  context: Context,
): Promise<{ store: Store; place: Place }> => {
  if (file === undefined) {
    const name = homeDirectory({ env: context.env, ...(home === undefined ? {} : { flag: home }) })
    return { store: await context.openStore(name), place: { kind: 'home', name } }
  }
  if (home !== undefined)
    throw new LogboomError('LB_USAGE', '--file does not go with --home', { hint: 'Leave one out.' })
  return { store: await context.openFiles(file), place: { kind: 'files', name: file.join(', ') } }
}

/** Runs `use` with the store that the options name, and closes the store whatever happens. */
export const withStore = async (
  options: Pick<CommonOptions, 'home' | 'file'>,
  context: Context,
  use: (store: Store, place: Place) => Promise<void>,
): Promise<void> => {
  const { store, place } = await open(options, context)
  try {
    await use(store, place)
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
  { kind, name }: Place,
  query: RecordQuery,
  options: CommonOptions,
  context: Context,
): Promise<void> => {
  if (options.json === true || context.signal.aborted) return
  if (!(await hasRecords(store, context.signal))) {
    context.note(
      kind === 'files'
        ? `No records in ${name}.`
        : `No records yet in ${name}. Put 'logboom tap --' before a server's command to capture it, or run 'logboom demo' to see how it looks.`,
    )
    return
  }
  const bounded = query.since !== undefined || query.until !== undefined
  context.note(
    bounded || query.filter !== undefined
      ? `Nothing in ${name} matches${bounded ? ' in that time' : ''}. 'logboom stats${kind === 'files' ? ' --file' : ''}' shows what is there.${misspelt(query.filter).join('')}`
      : `Nothing to show from ${name}.`,
  )
}
