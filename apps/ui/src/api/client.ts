/** The hub's API, typed by its own OpenAPI document (`schema.d.ts`, made by the build). */
import createClient from 'openapi-fetch'
import { ApiError, problemOf } from './errors.ts'
import type { components, paths } from './schema.d.ts'
import { heardStatus } from './signed-out.ts'
import { authorization } from './token.ts'

export { ApiError, problemOf } from './errors.ts'

type Schemas = components['schemas']
export type LogRecord = Schemas['Record']
export type Stored = Schemas['Stored']
export type CallSummary = Schemas['CallPage']['items'][number]
export type CallStory = Schemas['CallStory']
export type Tool = Schemas['Tools']['tools'][number]
export type Server = Schemas['Servers']['servers'][number]
export type Run = Schemas['Runs']['runs'][number]
export type Facet = Schemas['Facets']['facets'][number]
export type Pattern = Schemas['Patterns']['patterns'][number]
export type Histogram = Schemas['Histogram']
export type Stats = Schemas['Stats']

export const PREFIX = '/api/v1'

const client = createClient<paths>({ baseUrl: PREFIX })
client.use({
  onRequest({ request }) {
    for (const [name, value] of Object.entries(authorization())) request.headers.set(name, value)
    return request
  },
  onResponse: ({ response }) => heardStatus(response.status),
})

/**
 * Asks the hub: the answer's data.
 * @throws ApiError
 * @example const page = await ask((hub) => hub.GET('/records', { params: { query: { q, limit: 200 } }, signal }))
 */
export const ask = async <T>(
  question: (hub: typeof client) => Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> => {
  const { data, error, response } = await question(client).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new ApiError(0, { code: 'OFFLINE', message: 'The hub does not answer' })
  })
  if (data === undefined) throw problemOf(response.status, error)
  return data
}
