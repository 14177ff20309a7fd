/** `logboom tail`: the last records, and with `-f` what comes. */
import { noFollowing } from '../../store/files/no-following.ts'
import type { Context } from '../context.ts'
import { type CommonOptions, recordQuery, renderOptions } from '../options.ts'
import { explainNothing, withStore } from '../reading.ts'
import { createStreamRenderer } from '../render/index.ts'

export interface TailOptions extends CommonOptions {
  follow?: boolean
}

/** Records shown before following, unless told otherwise. */
export const TAIL_LIMIT = 20

export const run = async (
  words: readonly string[],
  options: TailOptions,
  context: Context,
): Promise<void> => {
  if (options.follow === true && options.file !== undefined) throw noFollowing()
  const query = { ...recordQuery(words, options, context), limit: options.limit ?? TAIL_LIMIT }
  return withStore(options, context, async (store, place) => {
    const render =
      options.json === true ? JSON.stringify : createStreamRenderer(renderOptions(options, context, query))
    const follow = options.follow === true
    if (follow && options.json !== true) context.note(`Following ${place.name}; Ctrl+C ends.`)
    let printed = 0
    for await (const record of follow ? store.follow(query) : store.records(query)) {
      if (context.signal.aborted) break
      await context.out.write(`${render(record)}\n`)
      printed++
    }
    if (printed === 0 && !follow && query.limit > 0)
      await explainNothing(store, place, query, options, context)
  })
}
