import { Hono } from 'hono'
import { afterEach, describe, expect, it } from 'vitest'
import { isLoopback } from './gate.ts'
import { type ApiServer, type ServeSettings, serveApi } from './serve.ts'
import { type RawAnswer, request, sendRaw } from './testing.ts'

const servers: ApiServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close(0)))
})

const serve = async (settings: Partial<ServeSettings> = {}): Promise<number> => {
  const app = new Hono()
  app.all('*', (context) => context.text(`reached ${context.req.path}`))
  const server = await serveApi(app, { host: '127.0.0.1', port: 0, ...settings })
  servers.push(server)
  return server.port
}

const code = ({ body }: RawAnswer): unknown => (JSON.parse(body) as { error: { code: unknown } }).error.code

describe('the Host header', () => {
  it.each(['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]', '127.0.0.2'])(
    'may be %s with our port',
    async (name) => {
      const port = await serve()
      const answer = await request(port, '/x', { host: `${name}:${port}` })
      expect([answer.status, answer.body]).toEqual([200, 'reached /x'])
    },
  )

  it.each([
    'evil.example:PORT',
    'localhost.evil.example:PORT',
    '127.0.0.1.evil.example:PORT',
    '127.0.0.1:1',
    '127.0.0.1',
    'localhost',
    'localhost.:PORT',
    '169.254.1.1:PORT',
    '[::2]:PORT',
    'user@127.0.0.1:PORT',
    '127.0.0.1:PORT, evil.example',
    '127.0.0.1:PORT/x',
    '',
  ])('may not be %j', async (host) => {
    const port = await serve()
    const answer = await request(port, '/x', { host: host.replace('PORT', String(port)) })
    expect([answer.status, code(answer)]).toEqual([403, 'LB_API_FORBIDDEN'])
  })

  it('may not be given twice, or be missing', async () => {
    const port = await serve()
    const own = `Host: 127.0.0.1:${port}\r\n`
    const twice = await sendRaw(
      port,
      `GET /x HTTP/1.1\r\n${own}Host: evil.example\r\nConnection: close\r\n\r\n`,
    )
    expect([400, 403]).toContain(twice.status)
    const none = await sendRaw(port, 'GET /x HTTP/1.0\r\n\r\n')
    expect([none.status, code(none)]).toEqual([403, 'LB_API_FORBIDDEN'])
  })

  it('may be a name that was allowed, with any port or with its own', async () => {
    const port = await serve({ allowedHosts: ['logs.example', 'other.example:8080'] })
    const status = async (host: string): Promise<number> => (await request(port, '/x', { host })).status
    expect(await status('logs.example')).toBe(200)
    expect(await status('Logs.Example:9999')).toBe(200)
    expect(await status('other.example:8080')).toBe(200)
    expect(await status(`other.example:${port}`)).toBe(403)
  })
})

describe('the Origin header', () => {
  it.each(['http://localhost:PORT', 'http://127.0.0.1:PORT', 'http://[::1]:PORT'])(
    'may be %s',
    async (origin) => {
      const port = await serve()
      expect((await request(port, '/x', { origin: origin.replace('PORT', String(port)) })).status).toBe(200)
    },
  )

  it.each([
    'null',
    'http://evil.example',
    'http://localhost',
    'http://localhost:1',
    'file://',
    'chrome-extension://abc',
    '',
  ])('may not be %j', async (origin) => {
    const port = await serve()
    const answer = await request(port, '/x', { origin })
    expect([answer.status, code(answer)]).toEqual([403, 'LB_API_FORBIDDEN'])
  })

  it('is not all a browser tells: an image on a foreign page is refused, a link that is followed is not', async () => {
    const port = await serve()
    const status = async (site: string, mode: string): Promise<number> =>
      (await request(port, '/x', { 'sec-fetch-site': site, 'sec-fetch-mode': mode })).status
    expect(await status('cross-site', 'no-cors')).toBe(403)
    expect(await status('same-site', 'cors')).toBe(403)
    expect(await status('cross-site', 'navigate')).toBe(200)
    expect(await status('same-origin', 'cors')).toBe(200)
    expect(await status('none', 'navigate')).toBe(200)
  })
})

describe('the token', () => {
  it('is asked for everywhere but for the health', async () => {
    const port = await serve({ token: 'secret' })
    const status = async (headers: Record<string, string>, path = '/x'): Promise<number> =>
      (await request(port, path, headers)).status
    expect(await status({ authorization: 'Bearer secret' })).toBe(200)
    expect(await status({ authorization: 'bearer secret' })).toBe(200)
    expect(await status({ authorization: 'Bearer secre' })).toBe(401)
    expect(await status({ authorization: 'Bearer secret2' })).toBe(401)
    expect(await status({ authorization: 'Bearer ' })).toBe(401)
    expect(await status({ authorization: 'Basic secret' })).toBe(401)
    expect(await status({})).toBe(401)
    expect(await status({}, '/healthz')).toBe(200)
    expect(await status({}, '/healthz/../x')).toBe(400)
    const answer = await request(port, '/x?token=secret')
    expect([answer.status, code(answer), answer.headers['www-authenticate']]).toEqual([
      401,
      'LB_API_FORBIDDEN',
      'Bearer',
    ])
  })

  it('must be there for an address that others can reach', async () => {
    const app = new Hono()
    for (const host of ['0.0.0.0', '::', '192.168.1.5']) {
      await expect(serveApi(app, { host, port: 0 })).rejects.toMatchObject({ code: 'LB_HUB_EXPOSED' })
    }
    await expect(serveApi(app, { host: '0.0.0.0', port: 0, token: '' })).rejects.toMatchObject({
      code: 'LB_HUB_EXPOSED',
    })
  })

  it('lets any numeric host in where the hub listens everywhere, and no name', async () => {
    const port = await serve({ host: '0.0.0.0', token: 'secret' })
    const status = async (host: string): Promise<number> =>
      (await request(port, '/x', { host, authorization: 'Bearer secret' })).status
    expect(await status(`10.1.2.3:${port}`)).toBe(200)
    expect(await status(`evil.example:${port}`)).toBe(403)
  })
})

describe('the path', () => {
  it.each([
    '/../etc/passwd',
    '/a/../b',
    '/a/..',
    '/a/./b',
    '/%2e%2e/x',
    '/a%2fb',
    '/a%2Fb',
    '/a%5cb',
    '/a\\b',
    '/a%00b',
    '/a%0ab',
    '/a%zz',
    '/a%',
    '/a%ff',
    '//evil.example/x',
    '/a//b',
    '/a#b',
    'http://127.0.0.1/x',
    '*',
  ])('may not be %j', async (path) => {
    const port = await serve()
    const answer = await request(port, path)
    expect([answer.status, code(answer)]).toEqual([400, 'LB_API_REQUEST'])
  })

  it('may hold anything that is plain', async () => {
    const port = await serve()
    expect((await request(port, '/a.b/..c/%E5%A4%84?q=../..//%2f%00')).status).toBe(200)
  })
})

describe('a body', () => {
  it('is refused when it is large, or where nothing is read from it', async () => {
    const port = await serve({ maxBody: 1000 })
    expect((await request(port, '/x', { 'content-length': '1001' }, 'POST')).status).toBe(413)
    expect((await request(port, '/x', { 'content-length': '5' })).status).toBe(400)
    expect((await request(port, '/x', { 'transfer-encoding': 'chunked' })).status).toBe(400)
  })
})

describe('what is no request', () => {
  it('is told so', async () => {
    const port = await serve()
    const long = await request(port, `/x?q=${'x'.repeat(200_000)}`)
    expect([long.status, code(long)]).toEqual([431, 'LB_API_REQUEST'])
    const noise = await sendRaw(port, 'SSH-2.0-hello\r\n\r\n')
    expect([noise.status, code(noise)]).toEqual([400, 'LB_API_REQUEST'])
    expect((await request(port, '/x')).status).toBe(200)
  })
})

describe('every answer', () => {
  it('carries the headers that keep browsers careful, and none that lets other pages read', async () => {
    const port = await serve()
    for (const answer of [await request(port, '/x'), await request(port, '/x', { host: 'evil.example' })]) {
      expect(answer.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
      })
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    }
  })
})

describe('serving', () => {
  it('names the other hub when the port is taken', async () => {
    const port = await serve()
    await expect(serveApi(new Hono(), { host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'LB_HUB_RUNNING',
    })
  })
})

describe('isLoopback', () => {
  it('knows what stays on this machine', () => {
    expect(['127.0.0.1', '127.9.9.9', 'localhost', '::1'].map(isLoopback)).toEqual([true, true, true, true])
    expect(['0.0.0.0', '127.evil.example', '::', '10.0.0.1', ''].map(isLoopback)).toEqual(
      Array.from({ length: 5 }, () => false),
    )
  })
})
