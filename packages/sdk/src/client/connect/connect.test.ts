import { spawn } from 'node:child_process'
import { appendFileSync, readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { Client as ClientV2, InMemoryTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { LogRecord } from '../../record/index.ts'
import { defaultLogHandler } from '../../sink/index.ts'
import { perServer } from '../handlers.ts'
import { CLIENT_INFO } from './connection.ts'
import { connect, connectAll, loggingOf } from './index.ts'
import {
  clientEntry,
  fixture,
  lives,
  project,
  serveHttp,
  serverV1,
  serverV2,
  serveSse,
  tsxLoader,
} from './testing.ts'
import type { ConnectOptions, Target } from './types.ts'

const NODE = process.execPath
const TIMEOUT = 40_000

/** Connects, calls `hi`, closes; returns what was logged until the call had been answered, and the era. */
const sayHi = async (target: Target, options: Omit<ConnectOptions, 'client'> = {}) => {
  const records: LogRecord[] = []
  const client = await connect(target, { onLog: (record) => void records.push(record), ...options })
  onTestFinished(() => client.close())
  await client.callTool({ name: 'hi', arguments: {} })
  const answered = [...records]
  const era = client.getProtocolEra()
  await client.close()
  return { era, answered }
}

const work = (mark: string, plan: object = {}) => ({
  name: 'work',
  arguments: { plan: { mark, everyMs: 0, ...plan } },
})

const hi = (server: string, name: string) =>
  expect.objectContaining({
    server,
    source: 'message',
    level: 'info',
    logger: 'greeter',
    message: `hi from ${name}`,
    attributes: {},
    call: expect.objectContaining({ tool: 'hi' }),
  })

describe('connect', { timeout: TIMEOUT }, () => {
  it('names itself as the package does', () => {
    const manifest = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')
    expect(CLIENT_INFO.version).toBe(JSON.parse(manifest).version)
  })

  it('takes a URL: Streamable HTTP, with headers', async () => {
    const keys: unknown[] = []
    const { answered } = await sayHi(
      { url: await serveHttp(keys), headers: { 'x-key': 'k1' } },
      { server: 'web' },
    )
    expect(answered).toEqual([hi('web', 'one')])
    expect(new Set(keys)).toEqual(new Set(['k1']))
  })

  it('takes a URL: legacy SSE where the path says so, with headers', async () => {
    const keys: unknown[] = []
    const { answered } = await sayHi(
      { url: await serveSse(keys), headers: { 'x-key': 'k2' } },
      { server: 'old' },
    )
    expect(answered).toEqual([hi('old', 'one')])
    expect(new Set(keys)).toEqual(new Set(['k2']))
  })

  it.each([
    ['an SDK v1 server', () => serverV1(), 'one', 'legacy'],
    ['an SDK v2 server', () => serverV2(), 'two', 'legacy'],
    ['a function that makes SDK v2 servers', () => () => serverV2(), 'two', 'modern'],
  ] as const)('takes %s in this process', async (_what, make, name, era) => {
    const { era: spoken, answered } = await sayHi(make(), { server: 'here' })
    expect(answered).toEqual([hi('here', name)])
    expect(spoken).toBe(era)
  })

  it('gets the logs of a server in this process before the call is answered, in order', async () => {
    const server = serverV1()
    server.registerTool('burst', {}, async (extra) => {
      for (let data = 0; data < 50; data++)
        await extra.sendNotification({ method: 'notifications/message', params: { level: 'info', data } })
      return { content: [] }
    })
    const messages: string[] = []
    const client = await connect(server, {
      onLog: ({ attributes }) => void messages.push(String(attributes.data)),
    })
    onTestFinished(() => client.close())
    await client.callTool({ name: 'burst', arguments: {} })
    expect(messages).toEqual(Array.from({ length: 50 }, (_, n) => String(n)))
  })

  it('takes a transport', async () => {
    const [near, far] = InMemoryTransport.createLinkedPair()
    await serverV2().connect(far)
    const { answered } = await sayHi(near, { server: 'linked' })
    expect(answered).toEqual([hi('linked', 'two')])
  })

  it('takes a stdio transport of your own, and reads its stderr', async () => {
    const transport = new StdioClientTransport({ command: NODE, args: [fixture('v1')], stderr: 'pipe' })
    const records: LogRecord[] = []
    const client = await connect(transport, { server: 'own', onLog: (record) => void records.push(record) })
    await client.close()
    expect(records.map(({ source, message }) => [source, message])).toEqual([['stderr', 'fixture-v1 is up']])
  })

  it.each([
    ['auto', 'modern', 2],
    ['legacy', 'legacy', 1],
  ] as const)(
    'era %s: a stdio server of both eras is spoken to in the %s, and started so often: %i',
    async (era, spoken, starts) => {
      const app = project({
        'counted.mjs': `import { appendFileSync } from 'node:fs'
appendFileSync(process.argv[2], 'start\\n')
await import(${JSON.stringify(pathToFileURL(fixture('v2')).href)})
`,
      })
      const target = { command: NODE, args: [app.path('counted.mjs'), app.path('starts')] }
      const client = await connect(target, { era })
      onTestFinished(() => client.close())
      // A modern server is connected before it has begun to run.
      await client.listTools()
      expect(client.getProtocolEra()).toBe(spoken)
      expect(app.read('starts').split('\n').filter(Boolean)).toHaveLength(starts)
    },
  )

  it('takes a TypeScript script', async () => {
    const app = project({
      'greeter.ts': `import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
const name: string = 'typed'
serveStdio(() => {
  const server = new McpServer({ name, version: '1.0.0' }, { capabilities: { logging: {}, tools: {} } })
  server.registerTool('hi', {}, async (ctx) => {
    await ctx.mcpReq.log('info', { msg: \`hi from \${name}\`, extra: {} }, 'greeter')
    return { content: [] }
  })
  return server
})
`,
    })
    const { era, answered } = await sayHi(app.path('greeter.ts'))
    expect(answered).toEqual([hi('greeter', 'typed')])
    expect(era).toBe('modern')
  })

  it.each([
    ['v1', 'legacy'],
    ['v2', 'modern'],
  ] as const)('gets the logs of a %s script before the call is answered, in order', async (line, era) => {
    const messages: string[] = []
    const client = await connect(fixture(line), {
      onLog: ({ source, attributes }) => void (source === 'message' && messages.push(String(attributes.n))),
    })
    onTestFinished(() => client.close())
    await client.callTool(work('a', { logs: 50 }))
    expect(messages).toEqual(Array.from({ length: 50 }, (_, n) => String(n)))
    expect(client.getProtocolEra()).toBe(era)
  })

  it.each([
    ['v1', () => new ClientV1({ name: 'mine', version: '1.2.3' })],
    ['v2', () => new ClientV2({ name: 'mine', version: '1.2.3' })],
  ] as const)('returns the %s client it was given, connected', async (_line, make) => {
    const given = make()
    const records: LogRecord[] = []
    const client = await connect(fixture('v1'), {
      client: given,
      onRecord: (record) => void records.push(record),
    })
    expect(client).toBe(given)
    await client.callTool(work('a', { logs: 1 }))
    await client.close()
    expect(records.find(({ source }) => source === 'call')?.client).toEqual({
      name: 'mine',
      version: '1.2.3',
    })
    expect(records.filter(({ source }) => source === 'message')).toHaveLength(1)
  })

  it('row 8: the default handler writes who said what', async () => {
    const lines: string[] = []
    const write = (method: string) => (text: string) => void lines.push(`${method}: ${text}`)
    const logger = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
    const server = serverV1()
    server.registerTool('warn', {}, async (extra) => {
      for (const logger of [undefined, 'db']) {
        const params = { level: 'warning' as const, logger, data: 'default' }
        await extra.sendNotification({ method: 'notifications/message', params })
      }
      return { content: [] }
    })
    const client = await connect(server, { onLog: defaultLogHandler(logger) })
    await client.callTool({ name: 'warn', arguments: {} })
    await client.close()
    expect(lines).toEqual([
      'warn: Received WARNING from server: default',
      'warn: Received WARNING from server (db): default',
    ])
  })

  it('row 14: calls succeed while handlers throw', async () => {
    const errors: unknown[] = []
    const client = await connect(fixture('v1'), {
      onLog: ({ source }) => {
        if (source === 'message') throw new Error('no')
      },
      onError: (error) => errors.push(error),
    })
    const result = await client.callTool(work('a', { logs: 3 }))
    await client.close()
    expect(result.content).toEqual([{ type: 'text', text: 'done a' }])
    expect(errors).toHaveLength(3)
  })

  it('row 28: closing the client delivers to a slow handler what was logged', async () => {
    const seen: string[] = []
    const client = await connect(serverV1(), {
      onLog: async ({ message }) => {
        await new Promise((resolve) => setTimeout(resolve, 50))
        seen.push(message)
      },
    })
    for (let n = 0; n < 5; n++) await client.callTool({ name: 'hi', arguments: {} })
    expect(seen.length).toBeLessThan(5)
    await client.close()
    expect(seen).toEqual(Array(5).fill('hi from one'))
  })

  it('row 28: or loggingOf tells how many it did not', async () => {
    const client = await connect(serverV1(), { onLog: () => new Promise<void>(() => {}) })
    for (let n = 0; n < 5; n++) await client.callTool({ name: 'hi', arguments: {} })
    const logging = loggingOf(client)
    expect(logging.server).toBe('server')
    expect(await logging.flush({ timeoutMs: 20 })).toEqual({ left: 5 })
    expect(await logging.close({ timeoutMs: 20 })).toEqual({ left: 5 })
    expect(logging.stats()).toMatchObject({ received: 5, delivered: 0, queued: 0, dropped: { closed: 5 } })
  })

  it('iterates over records', async () => {
    const client = await connect(serverV1(), { server: 'here' })
    const records = loggingOf(client).records()
    await client.callTool({ name: 'hi', arguments: {} })
    await client.close()
    const seen: LogRecord[] = []
    for await (const record of records) seen.push(record)
    expect(seen).toContainEqual(hi('here', 'one'))
    expect(seen.at(-1)?.source).toBe('lifecycle')
  })

  it('row 33: drains more stderr than a pipe holds', async () => {
    const client = await connect(fixture('v1'), { server: 'noisy' })
    const records = loggingOf(client).records()
    await client.callTool(work('a', { logs: 3000, channel: 'stderr' }))
    await client.close()
    let lines = 0
    for await (const { source, server, attributes } of records)
      if (source === 'stderr' && server === 'noisy' && attributes.mark === 'a') lines += 1
    expect(lines).toBe(3000)
  })

  it('passes level variables on, and tells what a server said that did not start', async () => {
    process.env.LOG_LEVEL = 'notice'
    process.env.LOGBOOM_SOMETHING = 'x'
    process.env.UNRELATED = 'secret'
    onTestFinished(() => {
      for (const name of ['LOG_LEVEL', 'LOGBOOM_SOMETHING', 'UNRELATED']) delete process.env[name]
    })
    const script =
      'const { LOG_LEVEL, LOGBOOM_SOMETHING, UNRELATED, OWN } = process.env; console.error("level", LOG_LEVEL, LOGBOOM_SOMETHING, UNRELATED, OWN)'
    const records: LogRecord[] = []
    const connecting = connect(
      { command: NODE, args: ['-e', script], env: { OWN: 'own' } },
      { server: 'short', onRecord: (record) => void records.push(record) },
    )
    await expect(connecting).rejects.toMatchObject({
      code: 'LB_CONNECT_FAILED',
      message: expect.stringMatching(
        /^Server "short" could not be connected: .*level notice x undefined own$/,
      ),
    })
    expect(records.filter(({ source, level }) => source === 'lifecycle' && level === 'warning')).toHaveLength(
      1,
    )
  })

  it('row 23: touches neither the stderr nor the console of its process, unless asked', async () => {
    const code = `
      const { connect } = await import(process.argv[1])
      const writes = [process.stdout.write, process.stderr.write, console.log, console.error]
      const client = await connect(process.argv[2], { stderr: process.argv[3], onLog: () => { throw new Error('x') }, onError() {} })
      await client.callTool(${JSON.stringify(work('a', { logs: 2, channel: 'both' }))})
      await client.close()
      const now = [process.stdout.write, process.stderr.write, console.log, console.error]
      process.exitCode = now.every((write, index) => write === writes[index]) ? 0 : 1`
    const run = async (stderr: string) => {
      const args = [
        '--conditions=@logboom/source',
        '--import',
        tsxLoader(),
        '--input-type=module',
        '-e',
        code,
      ]
      const child = spawn(NODE, [...args, clientEntry(), fixture('v1'), stderr])
      const out = { stdout: '', stderr: '' }
      child.stdout.on('data', (chunk) => {
        out.stdout += chunk
      })
      child.stderr.on('data', (chunk) => {
        out.stderr += chunk
      })
      const exit = await new Promise<number | null>((resolve) => child.on('close', resolve))
      return { exit, ...out }
    }
    const [captured, inherited] = await Promise.all([run('capture'), run('inherit')])
    expect(captured).toEqual({ exit: 0, stdout: '', stderr: '' })
    expect(inherited).toMatchObject({ exit: 0, stdout: '' })
    expect(inherited.stderr).toContain('fixture-v1 is up')
  })
})

describe('connectAll', { timeout: TIMEOUT }, () => {
  it('rows 25 and 33: tells apart servers that say the same', async () => {
    const records: LogRecord[] = []
    const all = await connectAll(
      { alpha: fixture('v1'), beta: fixture('v2'), gamma: serverV1() },
      { onRecord: (record) => void records.push(record) },
    )
    onTestFinished(() => all.close().then(() => {}))
    expect(all.servers).toEqual(['alpha', 'beta', 'gamma'])
    const both = ['alpha', 'beta']
    await Promise.all(
      both.map((name) => all.client(name).callTool(work('same', { logs: 2, channel: 'both' }))),
    )
    await all.close()
    for (const source of ['message', 'stderr'] as const) {
      const said = records.filter((record) => record.source === source && record.attributes.mark === 'same')
      expect(said.map(({ server }) => server).toSorted()).toEqual(['alpha', 'alpha', 'beta', 'beta'])
    }
    const { received, delivered, queued, dropped } = all.stats()
    expect({ delivered, queued, dropped }).toEqual({ delivered: received, queued: 0, dropped: {} })
  })

  it('row 18: warns once, by name, of a server that cannot be connected, and the rest work', async () => {
    const warnings: string[] = []
    const records: LogRecord[] = []
    const all = await connectAll(
      {
        mcpServers: {
          good: { command: NODE, args: [fixture('v1')] },
          bad: { command: 'no-such-command-here' },
        },
      },
      { onWarning: ({ message }) => warnings.push(message), onRecord: (record) => void records.push(record) },
    )
    onTestFinished(() => all.close().then(() => {}))
    expect(warnings).toEqual([expect.stringMatching(/^Server "bad" could not be connected: .*ENOENT$/)])
    expect(all.servers).toEqual(['good'])
    expect([...all.failed.keys()]).toEqual(['bad'])
    expect(() => all.client('bad')).toThrow(expect.objectContaining({ code: 'LB_CONNECT_FAILED' }))
    expect(() => all.client('other')).toThrow(expect.objectContaining({ code: 'LB_TARGET_INVALID' }))
    await all.client('good').callTool(work('a', { logs: 1 }))
    await all.close()
    expect(records.filter(({ level, source }) => level === 'warning' && source === 'lifecycle')).toEqual([
      expect.objectContaining({ server: 'bad', message: warnings[0] }),
    ])
    expect(records.some(({ server, source }) => server === 'good' && source === 'message')).toBe(true)
  })

  it('row 18: fails when none can be connected, and nothing stays open', async () => {
    const app = project()
    const pids = app.path('pids')
    const script = `require('fs').appendFileSync(${JSON.stringify(pids)}, process.pid + '\\n'); setInterval(() => {}, 1000)`
    let closed = 0
    const close = async (): Promise<void> => {
      closed += 1
    }
    const sink = Object.assign(() => {}, { close })
    const connecting = connectAll(
      { silent: { command: NODE, args: ['-e', script] }, gone: 'no/such/script.mjs' },
      { timeoutMs: 1500, sinks: [sink] },
    )
    await expect(connecting).rejects.toMatchObject({
      code: 'LB_CONNECT_FAILED',
      message: expect.stringMatching(
        /None of 2 servers.*"silent".*no answer within 1500 ms.*"gone".*no script/,
      ),
    })
    expect(closed).toBe(1)
    const started = app.read('pids').trim().split('\n').map(Number)
    expect(started.length).toBeGreaterThan(0)
    await expect.poll(() => started.filter(lives), { timeout: 8000 }).toEqual([])
  })

  it('takes a file, and a subset of it; disabled servers stay out unless named', async () => {
    const server = { command: NODE, args: [fixture('v1')] }
    const app = project()
    appendFileSync(
      app.path('mcp.json'),
      JSON.stringify({ mcpServers: { a: server, b: server, c: { ...server, disabled: true } } }),
    )
    const some = await connectAll(app.path('mcp.json'), { only: ['b', 'c'] })
    onTestFinished(() => some.close().then(() => {}))
    expect(some.servers).toEqual(['b', 'c'])
    await expect(connectAll(app.path('mcp.json'), { only: ['d'] })).rejects.toMatchObject({
      code: 'LB_TARGET_INVALID',
      hint: 'Known: a, b, c.',
    })
    await some.close()
    const rest = await connectAll(app.path('mcp.json'))
    onTestFinished(() => rest.close().then(() => {}))
    expect(rest.servers).toEqual(['a', 'b'])
  })

  it("row 19: puts each server's stderr into a file of its own", async () => {
    const app = project()
    const stderrFile = perServer((server) => ({ source, message }: LogRecord) => {
      if (source === 'stderr') appendFileSync(app.path(`${server}.log`), `${message}\n`)
    })
    const all = await connectAll({ one: fixture('v1'), two: fixture('v2') }, { onLog: stderrFile })
    await all.close()
    expect([app.read('one.log'), app.read('two.log')]).toEqual(['fixture-v1 is up\n', 'fixture-v2 is up\n'])
  })

  it('closes one of several without the others', async () => {
    const seen: string[] = []
    let closed = false
    const sink = Object.assign(
      (batch: readonly LogRecord[]) => void seen.push(...batch.map(({ server }) => server)),
      {
        close: async () => {
          closed = true
        },
      },
    )
    const all = await connectAll({ a: serverV1('a'), b: serverV1('b') }, { sinks: [sink] })
    await all.client('a').close()
    expect(closed).toBe(false)
    seen.length = 0
    await all.client('b').callTool({ name: 'hi', arguments: {} })
    await all.close()
    expect(new Set(seen)).toEqual(new Set(['b']))
    expect(closed).toBe(true)
  })

  it('sets the level of all, or some', async () => {
    const all = await connectAll({ old: fixture('v1'), modern: fixture('v2') })
    onTestFinished(() => all.close().then(() => {}))
    const set = await all.setLevel('error')
    expect([...set].map(([name, { ok, era }]) => [name, ok, era])).toEqual([
      ['old', true, 'legacy'],
      ['modern', true, 'modern'],
    ])
    expect([...(await all.setLevel('info', { only: ['old'] })).keys()]).toEqual(['old'])
  })

  it('is closed by the end of a block', async () => {
    const records: LogRecord[] = []
    const all = await connectAll({ a: serverV1() }, { onRecord: (record) => void records.push(record) })
    await all[Symbol.asyncDispose]()
    expect(records.at(-1)).toMatchObject({ source: 'lifecycle', server: 'a' })
  })
})
