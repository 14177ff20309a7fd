/** Servers and their runs, with their health. */
import { integer, otherwise } from '../params.ts'
import { jsonRoute, type Route } from '../route.ts'
import * as shapes from '../schemas.ts'
import { SELECTION, selectionOf } from '../selection.ts'
import { serverSummaries } from '../servers.ts'

const servers = jsonRoute({
  path: '/servers',
  tag: 'servers',
  summary: 'How each server is: runs, levels, exits with their last words, versions, drops',
  params: SELECTION,
  shape: shapes.servers,
  answer: async (values, ask, { archive, regex }) => ({
    servers: await serverSummaries(archive, selectionOf(values, ask, regex)),
  }),
})

const runs = jsonRoute({
  path: '/runs',
  tag: 'servers',
  summary: 'Runs: one lifetime each of a captured server',
  params: { ...SELECTION, limit: otherwise(integer('Runs', { min: 1, max: 1000 }), 100) },
  shape: shapes.runs,
  answer: async (values, ask, { archive, regex }) => {
    const found = await archive.runs(selectionOf(values, ask, regex))
    const sorted = found.sort((a, b) => b.lastSeen - a.lastSeen)
    return { runs: sorted.slice(0, values.limit), more: sorted.length > values.limit }
  },
})

export const serverRoutes: readonly Route[] = [servers, runs]
