/** The document against the code: every route is asked, and every answer is held to its schema. */
import { readFileSync } from 'node:fs'
import { isCallRecord } from '@logboom/sdk/record'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it, vi } from 'vitest'
import { PREFIX } from './app.ts'
import { ROUTES } from './routes/index.ts'
import { madeRuns, type TestHub, withHub } from './testing-hub.ts'

// Some hundred questions over HTTP.
vi.setConfig({ testTimeout: 30_000 })

type Schema = Record<string, unknown>

interface Document {
  openapi: string
  paths: Record<
    string,
    {
      get?: { parameters: { name: string; in: string; schema: Schema }[]; responses: Record<string, Schema> }
    }
  >
  components: { schemas: Record<string, Schema> }
}

const getDocument = async (hub: TestHub): Promise<Document> =>
  (await (await fetch(`${hub.url}${PREFIX}/openapi.json`)).json()) as Document

/** Every object says all it has: what is answered and not documented is found too. A record may hold what is to come. */
const strict = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(strict)
  if (typeof schema !== 'object' || schema === null) return schema
  const inner = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, strict(value)]))
  return 'properties' in inner && !('additionalProperties' in inner)
    ? { ...inner, additionalProperties: false }
    : inner
}

const createChecker = (document: Document) => {
  const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true })
  ajv.addVocabulary(['components'])
  ajv.addSchema({ $id: 'api', components: { schemas: strict(document.components.schemas) } as Schema })
  return (path: string, status: number, body: unknown): string[] => {
    const response = document.paths[path]?.get?.responses[String(status)] as
      | { content: { 'application/json': { schema: { $ref: string } } } }
      | undefined
    if (response === undefined) return [`${status} of ${path} is not documented`]
    const validate = ajv.compile({ $ref: `api${response.content['application/json'].schema.$ref}` })
    return validate(body)
      ? []
      : (validate.errors ?? []).map((error) => `${path}${error.instancePath} ${error.message}`)
  }
}

/** Questions to every route that reaches all it can answer. */
const questionsOf = async (hub: TestHub): Promise<Record<string, string[]>> => {
  const { items } = await hub.archive.page({ order: 'newest', limit: 1000 })
  const [newest] = items
  const call = items.map(({ record }) => record).find(isCallRecord)
  const filter = `q=${encodeURIComponent('source:call status:error')}`
  return {
    '/records': ['', '?limit=1000', `?order=oldest&${filter}`, '?q=nobody-says-this', '?since=now-15m'],
    '/records/{id}': [`/${newest?.record.id}`, '/nobody'],
    '/records/around/{position}': [`/${newest?.position}`, '/50?before=3&after=0', '/999999'],
    '/histogram': ['', '?by=level', '?step=1', `?${filter}&by=tool`, '?q=nobody-says-this', '?by=%40user.id'],
    '/facets': ['', '?field=%40user.id&field=run&limit=2', `?${filter}`],
    '/fields': ['', `?${filter}`],
    '/patterns': ['', '?limit=2'],
    '/calls': ['', `?${filter}&limit=1000`, '?order=oldest&limit=3'],
    '/calls/{id}': [`/${call?.call.id}`, '/nobody'],
    '/tools': ['', `?${filter}`, '?q=nobody-says-this'],
    '/servers': ['', '?q=server:analytics'],
    '/runs': ['', '?limit=1'],
    '/stats': ['', `?${filter}`],
    '/explain': ['', `?${filter}`, '?q=connection'],
  }
}

const MISSES = new Set(['/nobody', '/999999'])

describe('the OpenAPI document', () => {
  it('tells what every route answers', async () => {
    await withHub({}, async (hub) => {
      const { records, marks } = madeRuns([1, 2, 3, 4, 5, 6, 7, 8])
      hub.store(records.slice(0, 500), { marks })
      hub.store(records.slice(500), { dropped: { overflow: 3 } })
      const document = await getDocument(hub)
      const check = createChecker(document)
      const questions = await questionsOf(hub)
      const json = ROUTES.filter(({ answer }) => answer.type === 'application/json').map(({ path }) => path)
      expect(Object.keys(questions).sort()).toEqual([...json].sort())
      const problems: string[] = []
      for (const [path, asked] of Object.entries(questions)) {
        for (const question of asked) {
          const answer = await fetch(`${hub.url}${PREFIX}${path.replace(/\/\{\w+\}$/, '')}${question}`)
          const body: unknown = await answer.json()
          const expected = MISSES.has(question) ? 404 : 200
          if (answer.status !== expected)
            problems.push(`${path}${question}: ${answer.status} ${JSON.stringify(body)}`)
          else problems.push(...check(path, answer.status, body).map((problem) => `${question}: ${problem}`))
        }
      }
      expect(problems).toEqual([])
      expect(hub.errors).toEqual([])
    })
  })

  it('tells the parameters that are taken, and their limits are held', async () => {
    await withHub({}, async (hub) => {
      const document = await getDocument(hub)
      const check = createChecker(document)
      const problems: string[] = []
      for (const [path, { get }] of Object.entries(document.paths)) {
        if (get === undefined) continue
        const inPath = get.parameters.filter((parameter) => parameter.in === 'path')
        const address = inPath.reduce((text, { name }) => text.replace(`{${name}}`, '1'), path)
        for (const { name, schema } of get.parameters.filter((parameter) => parameter.in === 'query')) {
          for (const value of beyond(schema)) {
            const answer = await fetch(`${hub.url}${PREFIX}${address}?${name}=${encodeURIComponent(value)}`)
            const body: unknown = await answer.json()
            const told = `${path} ${name}=${value.slice(0, 30)}`
            if (answer.status !== 400) problems.push(`${told}: ${answer.status}`)
            problems.push(...check(path, 400, body).map((problem) => `${told}: ${problem}`))
          }
        }
        const unknown = await fetch(`${hub.url}${PREFIX}${address}?nobody=1`)
        if (unknown.status !== 400) problems.push(`${path} takes any parameter`)
        await unknown.body?.cancel()
      }
      expect(problems).toEqual([])
    })
  })

  it('is of OpenAPI 3.1, and refers only to what is in it', async () => {
    await withHub({}, async (hub) => {
      const document = await getDocument(hub)
      expect(document.openapi).toBe('3.1.0')
      const refs = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref = '']) => ref)
      const known = Object.keys(document.components.schemas).map((id) => `#/components/schemas/${id}`)
      expect(refs.filter((ref) => !known.includes(ref))).toEqual([])
      expect(known.filter((ref) => !refs.includes(ref))).toEqual([])
      const ids = ROUTES.map(({ path }) => path)
      expect(Object.keys(document.paths)).toEqual([...ids, '/demo'])
    })
  })
})

describe('docs/api.md', () => {
  it('names every route and every metric, and no other', async () => {
    const manual = readFileSync(new URL('../../../../docs/api.md', import.meta.url), 'utf8')
    const told = [...manual.matchAll(/^\| (`\/[^|]+)\|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, path]) => path),
    )
    expect(told.sort()).toEqual(ROUTES.map(({ path }) => path).sort())
    await withHub({}, async (hub) => {
      hub.store(madeRuns([1]).records)
      const metrics = await (await fetch(`${hub.url}/metrics`)).text()
      const served = [...metrics.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name)
      const cells = [...manual.matchAll(/^\| (`(?:mcp|logboom)_[^|]+)\|/gm)].map(([, cell = '']) => cell)
      const named = cells.flatMap((cell) => {
        const names = [...cell.matchAll(/`([a-z_]+)/g)].map(([, name = '']) => name)
        // The first is whole; what begins with _ shares its beginning up to there.
        return names.map((name) => (name.startsWith('_') ? `logboom_store${name}` : name))
      })
      expect(named.sort()).toEqual(served.sort())
    })
  })
})

/** Values just outside of what a schema allows. */
const beyond = (schema: Schema): string[] => {
  const values: string[] = []
  if (typeof schema.minimum === 'number' && schema.minimum > 0) values.push(String(schema.minimum - 1))
  if (typeof schema.maximum === 'number') values.push(String(BigInt(schema.maximum) + 1n), 'one', '1.5', '')
  if (typeof schema.maxLength === 'number') values.push('x'.repeat(schema.maxLength + 1))
  if (schema.minLength === 1) values.push('')
  if (Array.isArray(schema.enum)) values.push('nobody', String(schema.enum[0]).toUpperCase())
  if (schema.type === 'array') values.push(...beyond(schema.items as Schema))
  return values
}
