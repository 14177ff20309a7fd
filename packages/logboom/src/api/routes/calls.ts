/** Calls: a page of them, one call's story, and how the tools do. */
import { notFound } from '../errors.ts'
import { always, text } from '../params.ts'
import { jsonRoute, type Route } from '../route.ts'
import * as shapes from '../schemas.ts'
import { PAGE, pageOf, patienceOf, SELECTION, selectionOf } from '../selection.ts'
import { toldStory } from '../stories.ts'
import { toolSummaries } from '../tools.ts'

const page = jsonRoute({
  path: '/calls',
  tag: 'calls',
  summary: 'Calls of which the start, the outcome or an attributed record matches',
  about: 'Pages go as those of `/records`.',
  params: PAGE,
  shape: shapes.callPage,
  answer: (values, ask, { archive, regex }) => archive.callPage(pageOf(values, ask, regex)),
})

const story = jsonRoute({
  path: '/calls/{id}',
  tag: 'calls',
  summary: "One call's story: start, what was logged for it, outcome, and who failed where it went wrong",
  pathParams: { id: always(text('Id of the call', { max: 128 })) },
  params: {},
  shape: shapes.story,
  mayMiss: true,
  answer: async ({ id }, ask, { archive }) => {
    const found = await toldStory(archive, id, patienceOf(ask))
    if (found === undefined) throw notFound('No call has this id', 'It may have been dropped by retention.')
    return found
  },
})

const tools = jsonRoute({
  path: '/tools',
  tag: 'calls',
  summary: 'How each tool does: calls, errors, durations, the last error',
  params: SELECTION,
  shape: shapes.tools,
  answer: (values, ask, { archive, regex }) => toolSummaries(archive, selectionOf(values, ask, regex)),
})

export const calls: readonly Route[] = [page, story, tools]
