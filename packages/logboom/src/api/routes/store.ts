/** The store itself: what it holds, and how it answers. */
import { jsonRoute, type Route } from '../route.ts'
import * as shapes from '../schemas.ts'
import { PAGE, pageOf, SELECTION, selectionOf } from '../selection.ts'

const stats = jsonRoute({
  path: '/stats',
  tag: 'store',
  summary: 'Counts of what matches, what was dropped or masked, and where the hub stands',
  about: '`dropped`, `problems` and `bytes` are of everything.',
  params: SELECTION,
  shape: shapes.stats,
  answer: async (values, ask, { archive, regex, state, version, tail, self }) => {
    const found = await archive.stats(selectionOf(values, ask, regex))
    const { lagMs, atRisk, failing, store } = await state()
    return {
      ...found,
      last: await archive.last(),
      hub: {
        version,
        home: self.home,
        defaultHome: self.defaultHome,
        command: [...self.command],
        readers: tail.counts().readers,
        lagMs,
        atRisk: { records: atRisk.records, bytes: atRisk.bytes },
        ...(failing === undefined ? {} : { failing }),
        store: { bytes: store.bytes, files: store.files, sealing: store.sealing },
      },
    }
  },
})

const explain = jsonRoute({
  path: '/explain',
  tag: 'store',
  summary: 'How `/records` answers the same question: what serves it, and how much was looked at',
  params: PAGE,
  shape: shapes.explanation,
  answer: (values, ask, { archive, regex }) => archive.explain(pageOf(values, ask, regex)),
})

export const store: readonly Route[] = [stats, explain]
