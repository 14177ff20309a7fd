/** Writes `src/api/schema.d.ts`: the hub's OpenAPI document as types, so that the page cannot ask for what the API has not. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'
import { createDocument } from '../../../packages/logboom/src/api/openapi.ts'
import { ROUTES } from '../../../packages/logboom/src/api/routes/index.ts'

const file = fileURLToPath(new URL('../src/api/schema.d.ts', import.meta.url))
const document = createDocument(ROUTES, { version: '0', prefix: '/api/v1' })

mkdirSync(new URL('../src/api/', import.meta.url), { recursive: true })
writeFileSync(file, astToString(await openapiTS(JSON.stringify(document))))
