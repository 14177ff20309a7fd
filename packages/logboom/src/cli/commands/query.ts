/** `logboom query`: every record that matches, oldest first. */
import type { Context } from '../context.ts'
import { type CommonOptions, recordQuery, renderOptions } from '../options.ts'
import { explainNothing, withStore } from '../reading.ts'
import { createStreamRenderer } from '../render/index.ts'

export const run = (words: readonly string[], options: CommonOptions, context: Context): Promise<void> => {
  const query = recordQuery(words, options, context)
  return withStore(options, context, async (store, home) => {
    const render =
      options.json === true ? JSON.stringify : createStreamRenderer(renderOptions(options, context))
    let printed = 0
    for await (const record of store.records(query)) {
      if (context.signal.aborted) break
      await context.out.write(`${render(record)}\n`)
      printed++
    }
    if (printed === 0) await explainNothing(store, home, query, options, context)
  })
}
