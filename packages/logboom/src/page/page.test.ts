/** How the page's files are served, over HTTP, behind the gate. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { Hono } from 'hono'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type ApiServer, serveApi } from '../api/serve.ts'
import { isPagePath, pageRoutes, readPageFiles } from './index.ts'

const SCRIPT = `console.log('${'x'.repeat(5000)}')`
const DOCUMENT = '<!doctype html><title>Logboom</title>'

let dir = ''
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'logboom-page-'))
  mkdirSync(join(dir, 'ui/assets'), { recursive: true })
  writeFileSync(join(dir, 'ui/index.html'), DOCUMENT)
  writeFileSync(join(dir, 'ui/assets/index-abc.js'), SCRIPT)
  writeFileSync(join(dir, 'secret.txt'), 'not of the page')
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const servers: ApiServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close(0)))
})

/** A hub's address: the page, and a secret of the API's. */
const serve = async (settings: { token?: string; built?: boolean } = {}): Promise<string> => {
  const { built = true, ...rest } = settings
  const files = built ? readPageFiles(join(dir, 'ui')) : new Map()
  const app = new Hono()
  app.get('/api/v1/stats', (context) => context.json({ records: 5 }))
  app.route('/', pageRoutes(files))
  app.notFound((context) => context.json({ error: { code: 'LB_API_REQUEST' } }, 404))
  const open = (path: string): boolean => isPagePath(files, path)
  const server = await serveApi(app, { host: '127.0.0.1', port: 0, ...rest, open })
  servers.push(server)
  return server.url
}

/** Without the help of fetch, which unzips and adds headers of its own. */
const get = (url: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, { headers: { 'accept-encoding': 'identity', ...headers } })

describe('the page', () => {
  it.each(['/', '/patterns', '/tools', '/servers', '/calls', '/calls/0190-abc', '/?q=level%3Aerror'])(
    'is one document at every place of it: %s',
    async (path) => {
      const answer = await get((await serve()) + path)
      expect([answer.status, await answer.text()]).toEqual([200, DOCUMENT])
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(answer.headers.get('cache-control')).toBe('no-cache')
    },
  )

  it('comes under a policy that knows nobody but the hub itself', async () => {
    const policy = (await get(await serve())).headers.get('content-security-policy') ?? ''
    const directives = Object.fromEntries(
      policy.split('; ').map((directive) => {
        const [name = '', ...sources] = directive.split(' ')
        return [name, sources]
      }),
    )
    expect(directives['default-src']).toEqual(["'none'"])
    for (const name of ['script-src', 'style-src', 'img-src', 'connect-src'])
      expect(directives[name]).toEqual(["'self'"])
    expect(new Set(Object.values(directives).flat())).toEqual(new Set(["'none'", "'self'"]))
  })

  it('has files that may be kept for ever, sent small to who can read that', async () => {
    const url = await serve()
    const whole = await get(`${url}/assets/index-abc.js`)
    expect(await whole.text()).toBe(SCRIPT)
    expect(whole.headers.get('content-encoding')).toBeNull()
    expect(whole.headers.get('cache-control')).toContain('immutable')
    expect(whole.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(whole.headers.get('vary')).toBe('accept-encoding')
    const small = await get(`${url}/assets/index-abc.js`, { 'accept-encoding': 'gzip' })
    expect(small.headers.get('content-encoding')).toBe('gzip')
    expect(await small.text()).toBe(SCRIPT)
    const file = readPageFiles(join(dir, 'ui')).get('/assets/index-abc.js')
    expect(gunzipSync(file?.gzip ?? new Uint8Array()).toString()).toBe(SCRIPT)
    expect(file?.gzip?.length).toBeLessThan(SCRIPT.length)
  })

  it('is not sent again to who has it', async () => {
    const url = await serve()
    const etag = (await get(url)).headers.get('etag') ?? ''
    expect(etag).toMatch(/^".{10,}"$/)
    const again = await get(url, { 'if-none-match': etag })
    expect([again.status, await again.text()]).toEqual([304, ''])
    expect((await get(url, { 'if-none-match': '"other"' })).status).toBe(200)
  })

  it('answers HEAD as GET, without the body', async () => {
    const url = await serve()
    const head = await fetch(url, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
    expect(head.headers.get('etag')).toBe((await get(url)).headers.get('etag'))
  })

  it.each([
    ['/nothing', 404],
    ['/index.html', 404],
    ['/assets/', 404],
    ['/assets/nothing.js', 404],
    ['/secret.txt', 404],
    ['/assets/..%2f..%2fsecret.txt', 400],
    ['/assets%2findex-abc.js', 400],
    ['/calls/a/b', 404],
  ])('is nowhere else: %s', async (path, status) => {
    const answer = await get((await serve()) + path)
    expect([answer.status, await answer.json()]).toEqual([
      status,
      { error: expect.objectContaining({ code: 'LB_API_REQUEST' }) },
    ])
  })

  it('needs no token where the hub has one; everything else does', async () => {
    const url = await serve({ token: 'secret' })
    for (const path of ['/', '/tools', '/assets/index-abc.js'])
      expect((await get(url + path)).status).toBe(200)
    for (const path of ['/api/v1/stats', '/nothing', '/assets/nothing.js', '/index.html'])
      expect((await get(url + path)).status).toBe(401)
    const told = await get(`${url}/api/v1/stats`, { authorization: 'Bearer secret' })
    expect(await told.json()).toEqual({ records: 5 })
  })

  it('that was not built says so, and where the API is', async () => {
    const url = await serve({ built: false })
    const answer = await get(url)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/json'])
    expect(await answer.json()).toMatchObject({
      error: { message: 'The page was not built', hint: expect.stringContaining('/api/v1/openapi.json') },
    })
    expect((await get(`${url}/api/v1/stats`)).status).toBe(200)
  })
})
