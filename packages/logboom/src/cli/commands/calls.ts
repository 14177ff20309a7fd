/** `logboom calls`: calls with what was logged for them, oldest first. */
import type { Context } from '../context.ts'
import { type CommonOptions, recordQuery, renderOptions } from '../options.ts'
import { withPager } from '../paging.ts'
import { explainNothing, withStore } from '../reading.ts'
import { createCallRenderer } from '../render/index.ts'

export const run = (words: readonly string[], options: CommonOptions, context: Context): Promise<void> =>
  withPager(options, context, (paged) => {
    const query = recordQuery(words, options, paged)
    return withStore(options, paged, async (store, place) => {
      const render =
        options.json === true ? JSON.stringify : createCallRenderer(renderOptions(options, paged, query))
      let printed = 0
      for await (const story of store.calls(query)) {
        if (paged.signal.aborted) break
        await paged.out.write(`${render(story)}\n`)
        printed++
      }
      if (printed === 0) await explainNothing(store, place, query, options, paged)
    })
  })
