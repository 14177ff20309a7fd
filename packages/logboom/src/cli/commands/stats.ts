/** `logboom stats`: records by server and level, calls by tool, and what was dropped or masked. */
import type { Context } from '../context.ts'
import { type CommonOptions, recordQuery, useColor } from '../options.ts'
import { withPager } from '../paging.ts'
import { explainNothing, withStore } from '../reading.ts'
import { renderSummary } from '../render/index.ts'

export const run = (words: readonly string[], options: CommonOptions, context: Context): Promise<void> =>
  withPager(options, context, (paged) => {
    const query = recordQuery(words, options, paged)
    return withStore(options, paged, async (store, place) => {
      const stats = await store.stats(query)
      const empty = stats.servers.length === 0
      if (options.json === true) await paged.out.write(`${JSON.stringify(stats)}\n`)
      else if (!empty || stats.problems.length > 0 || Object.keys(stats.dropped).length > 0) {
        await paged.out.write(`${renderSummary(stats, { color: useColor(options.color, paged) })}\n`)
      }
      if (empty) await explainNothing(store, place, query, options, paged)
    })
  })
