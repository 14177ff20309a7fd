/** What is on records besides what was said, what becomes of requests that end without an answer, and of a record's two roads. */
import { fileURLToPath } from 'node:url'
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio'
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js'
import { describe, expect, it } from 'vitest'
import { sessionHash } from '../../observe/session-hash.ts'
import { isCallRecord, type Level, type LogRecord } from '../../record/index.ts'
import { captureTransport } from './capture.ts'
import { connect, newClient, until, type WayName, watch } from './testing.ts'
import type { CaptureSettings } from './types.ts'

describe('the session of a connection', () => {
  it('is on the records of an HTTP session, as a hash', async () => {
    const watched = await watch('v1 http stateful')
    await watched.call('work', { mark: 'a', parties: 1 })
    const { sessionId } = watched.capture.transport as { sessionId?: string }
    await watched.close()
    const { records } = watched
    const told = records.findIndex(({ attributes }) => attributes.event === 'handshake')
    expect(told).toBeGreaterThan(0)
    expect(new Set(records.slice(told).map(({ session }) => session))).toEqual(
      new Set([sessionHash(sessionId ?? '')]),
    )
    expect(JSON.stringify(records)).not.toContain(sessionId)
  })

  it.each(['v1 http stateless', 'v2 modern http', 'v1 in-memory'] as const)(
    'is none over %s',
    async (way) => {
      const watched = await watch(way)
      await watched.call('work', { mark: 'a', parties: 1 })
      await watched.close()
      expect(watched.records.filter(({ session }) => session !== undefined)).toEqual([])
    },
  )
})

describe.each([
  'v1 in-memory',
  'v1 http stateful',
  'v2 legacy http stateless',
  'v2 modern http',
] as const satisfies WayName[])('a request over %s that is given up', (way) => {
  /** Its tool waits for another call that never comes. */
  const giveUp = async (options: (cancel: AbortController) => object): Promise<LogRecord['call'][]> => {
    const watched = await watch(way)
    const cancel = new AbortController()
    const params = { name: 'work', arguments: { mark: 'a', parties: 2 } }
    const client = watched.client as { callTool(params: object, ...rest: unknown[]): Promise<unknown> }
    const rest = way.startsWith('v1') ? [undefined, options(cancel)] : [options(cancel)]
    const calling = client.callTool(params, ...rest).catch(() => undefined)
    const outcomes = () =>
      watched.records
        .filter(isCallRecord)
        .filter(({ call }) => call.tool === 'work')
        .map(({ call }) => call)
    await until('the call', () => outcomes().length > 0)
    // From a timer, as a user's own deadline would be.
    setTimeout(() => cancel.abort(), 50)
    await calling
    await until('the outcome', () => outcomes().length > 1)
    await watched.close()
    return outcomes()
  }

  it('by its client because its time is over is a timeout', async () => {
    expect(await giveUp(() => ({ timeout: 20 }))).toMatchObject([
      { status: 'started' },
      { status: 'timeout' },
    ])
  })

  it('by the application is cancelled', async () => {
    const outcome = await giveUp(({ signal }) => ({ signal }))
    expect(outcome).toMatchObject([{ status: 'started' }, { status: 'cancelled' }])
  })
})

const script = fileURLToPath(new URL('../../server/testing-server.ts', import.meta.url))
const LINES = ['v1', 'v2 legacy', 'v2 modern'] as const

describe.each(LINES)('the stderr of a tapped server with our SDK, %s', { timeout: 30_000 }, (line) => {
  const open = async (settings: Partial<CaptureSettings>, env: Record<string, string> = {}) => {
    const transport = new (line === 'v1' ? StdioV1 : StdioV2)({
      command: process.execPath,
      args: ['--import', 'tsx', '--conditions=@logboom/source', script, line.slice(0, 2), '3'],
      env: { PATH: process.env.PATH ?? '', LOGBOOM_TAPPED: '1', ...env },
      stderr: 'pipe',
    })
    const records: LogRecord[] = []
    const capture = captureTransport(transport, {
      server: 'noisy',
      onRecord: (record) => void records.push(record),
      ...settings,
    })
    const client = newClient(line)
    await connect(client, transport)
    const call = (name: string, meta?: object) =>
      client.callTool({ name, arguments: {}, ...(meta === undefined ? {} : { _meta: meta }) } as never)
    const bursts = () => records.filter(({ message }) => message === 'burst')
    return { capture, client, call, records, bursts }
  }
  /** Closed: all of stderr has been read. */
  const close = async ({ client, capture }: Awaited<ReturnType<typeof open>>) => {
    await client.close()
    await capture.ended
  }

  it('is narrowed with the level that is set, and what is left out is counted and takes no number', async () => {
    const told: unknown[] = []
    const opened = await open({ onBelowLevel: () => void told.push('one') })
    await opened.call('burst')
    await until('what it said at its start', () => {
      opened.capture.flush()
      return opened.records.some(({ message }) => message === 'starting')
    })
    expect(await opened.capture.setLevel('warning')).toMatchObject({ ok: true })
    await opened.call('burst')
    await opened.call('speak')
    await close(opened)
    expect(opened.bursts()).toHaveLength(3)
    expect(opened.records.filter(({ message }) => message === 'spoken')).toHaveLength(1)
    // Three of the burst, and the info line of `speak`.
    expect(opened.capture.facts().belowLevel).toBe(4)
    expect(told).toHaveLength(4)
    expect(opened.records.map(({ seq }) => seq)).toEqual(opened.records.map((_, index) => index))
  })

  it('is all there where no level was asked for, whatever its server was told by its own environment', async () => {
    const opened = await open({}, { LOG_LEVEL: 'debug' })
    await opened.call('burst')
    await close(opened)
    expect(opened.bursts()).toHaveLength(3)
    expect(opened.capture.facts().belowLevel).toBe(0)
  })

  it('leaves out nothing that its client asked for as messages', async () => {
    const opened = await open({ level: 'error' })
    if (line === 'v2 modern') await opened.call('burst', { 'io.modelcontextprotocol/logLevel': 'info' })
    else {
      await opened.client.setLoggingLevel('info')
      await opened.call('burst')
    }
    await close(opened)
    expect(opened.bursts().map(({ source }) => source)).toEqual(['message', 'message', 'message'])
  })
})

describe('the level that modern servers are asked for', () => {
  it.each<[string, Record<string, string>, Level | undefined, Level]>([
    ['production', { ENVIRONMENT: 'production' }, undefined, 'info'],
    ['development', { ENVIRONMENT: 'development', NODE_ENV: 'production' }, undefined, 'debug'],
    ['LOG_LEVEL', { LOG_LEVEL: 'error', ENVIRONMENT: 'production' }, undefined, 'error'],
    ['an option', { LOG_LEVEL: 'error' }, 'notice', 'notice'],
  ])('is that of %s', async (_what, env, level, asked) => {
    const names = ['LOG_LEVEL', 'ENVIRONMENT', 'NODE_ENV']
    const before = Object.fromEntries(names.map((name) => [name, process.env[name]]))
    for (const name of names) delete process.env[name]
    Object.assign(process.env, env)
    try {
      const watched = await watch('v2 modern http', level === undefined ? {} : { level })
      const answer = (await watched.call('envelope')) as { content: [{ text: string }] }
      await watched.close()
      expect(JSON.parse(answer.content[0].text)['io.modelcontextprotocol/logLevel']).toBe(asked)
    } finally {
      for (const name of names) {
        if (before[name] === undefined) delete process.env[name]
        else process.env[name] = before[name]
      }
    }
  })
})
