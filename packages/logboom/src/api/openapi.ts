/** The OpenAPI 3.1 document, made from the table of routes. */
import * as z from 'zod'
import type { Param, Params } from './params.ts'
import type { Route } from './route.ts'
import { demo, failure, SHAPES } from './schemas.ts'

type Json = Record<string, unknown>

const TAGS: Readonly<Record<Route['tag'], string>> = {
  records: 'Records, page by page and live',
  counts: 'Counts of what matches',
  calls: 'Calls and tools',
  servers: 'Servers and runs',
  store: 'The store itself',
}

const ref = (id: string): Json => ({ $ref: `#/components/schemas/${id}` })

const schemaOf = (shape: z.ZodType): Json => {
  const id = SHAPES.get(shape)?.id
  if (id === undefined) throw new Error('every answer has a named shape')
  return ref(id)
}

const json = (schema: Json): Json => ({ content: { 'application/json': { schema } } })

const parameter = (place: 'path' | 'query', name: string, param: Param<unknown>): Json => ({
  name,
  in: place,
  description: param.about,
  ...(param.required ? { required: true } : {}),
  schema: param.schema,
  ...(param.many ? { style: 'form', explode: true } : {}),
})

const parameters = (place: 'path' | 'query', params: Params): Json[] =>
  Object.entries(params).map(([name, param]) => parameter(place, name, param))

const error = (description: string): Json => ({ description, ...json(schemaOf(failure)) })

const responses = ({ answer, mayMiss }: Route): Json => ({
  '200':
    answer.type === 'application/json'
      ? { description: 'The answer', ...json(schemaOf(answer.shape)) }
      : { description: answer.about, content: { [answer.type]: { schema: { type: 'string' } } } },
  '400': error('A parameter is wrong, or the query does not parse'),
  '401': error('The token is missing or wrong'),
  '403': error('The request comes from a foreign page or host'),
  ...(mayMiss ? { '404': error('Nothing is there') } : {}),
  '504': error('The question took longer than it may'),
})

const operation = (route: Route): Json => ({
  operationId: `get${route.path.replace(/[^a-z]+(.)?/gi, (_, next: string = '') => next.toUpperCase())}`,
  tags: [route.tag],
  summary: route.summary,
  ...(route.about === undefined ? {} : { description: route.about }),
  parameters: [...parameters('path', route.pathParams), ...parameters('query', route.params)],
  responses: responses(route),
})

/** The only operation that does something, and so is no route. */
const DEMO: Json = {
  operationId: 'postDemo',
  tags: ['store'],
  summary: "Starts the demo's app: four servers whose records come into this hub",
  requestBody: { required: true, ...json({ type: 'object' }) },
  responses: {
    '202': { description: 'It is starting', ...json(schemaOf(demo)) },
    '401': error('The token is missing or wrong'),
    '403': error('The request comes from a foreign page or host'),
    '404': error('This hub has no demo to start'),
    '409': error('It runs already'),
    '415': error('The body is not told to be JSON'),
  },
}

/** All named shapes, as the document refers to them. */
const schemas = (): Json => {
  const found = z.toJSONSchema(SHAPES, { uri: (id) => `#/components/schemas/${id}`, io: 'input' })
  // The document says once which dialect it speaks, and a place in it is no identity.
  return Object.fromEntries(
    Object.entries(found.schemas).map(([id, { $schema, $id, ...schema }]) => [id, schema]),
  )
}

/** @example createDocument(ROUTES, { version: '0.1.0', prefix: '/api/v1' }) */
export const createDocument = (
  routes: readonly Route[],
  { version, prefix }: { version: string; prefix: string },
): Json => ({
  openapi: '3.1.0',
  info: {
    title: 'Logboom',
    version,
    description: "Every MCP server's logs, tied to the call that caused them. Queries: docs/query.md.",
  },
  servers: [{ url: prefix }],
  tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
  security: [{}, { token: [] }],
  paths: {
    ...Object.fromEntries(routes.map((route) => [route.path, { get: operation(route) }])),
    '/demo': { post: DEMO },
  },
  components: {
    schemas: schemas(),
    securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'Where the hub has a token' } },
  },
})
