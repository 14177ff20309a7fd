/** A server in a process of its own: stdout stays pure, stderr says which record is which, and nobody can stall it. */
import { fileURLToPath } from 'node:url'
import { Client as ClientV2 } from '@modelcontextprotocol/client'
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js'
import { describe, expect, onTestFinished, test } from 'vitest'
import { META } from '../observe/meta.ts'
import { readMarkedLine } from '../observe/origin.ts'
import type { Attributes } from '../record/index.ts'
import type { Seen } from './testing.ts'
import type { LoggingStats } from './types.ts'

const LINES = ['v1', 'v2 legacy', 'v2 modern'] as const
type Line = (typeof LINES)[number]

const script = fileURLToPath(new URL('testing-server.ts', import.meta.url))
const info = { name: 'test-client', version: '1.0.0' }

/** Many times what a pipe holds. The whole flood once: each line of the SDK takes its seconds for it. */
const burstOf = (line: Line): number => (line === 'v1' ? 40_000 : 10_000)

const newClient = (line: Line): ClientV1 | ClientV2 => {
  if (line === 'v1') return new ClientV1(info)
  const mode = line === 'v2 legacy' ? 'legacy' : { pin: '2026-07-28' }
  return new ClientV2(info, { versionNegotiation: { mode } })
}

interface Settings {
  env?: Record<string, string>
  reads?: boolean
}

const startAs = async (line: Line, { env = {}, reads = true }: Settings = {}) => {
  const Transport = line === 'v1' ? StdioV1 : StdioV2
  const transport = new Transport({
    command: process.execPath,
    args: [
      '--import',
      'tsx',
      '--conditions=@logboom/source',
      script,
      line.slice(0, 2),
      String(burstOf(line)),
    ],
    env: { PATH: process.env.PATH ?? '', ...env },
    stderr: 'pipe',
  })
  const seen: Seen[] = []
  const errors: unknown[] = []
  const chunks: Buffer[] = []
  if (reads) transport.stderr?.on('data', (chunk: Buffer) => void chunks.push(chunk))
  const ended = new Promise<void>((resolve) => transport.stderr?.once('end', () => resolve()))
  transport.onmessage = (message: object) => {
    if ('method' in message && message.method === 'notifications/message')
      seen.push((message as unknown as { params: Seen }).params)
  }
  const client = newClient(line)
  client.onerror = (error: unknown) => void errors.push(error)
  await (client.connect as (to: unknown) => Promise<void>).call(client, transport)
  onTestFinished(() => client.close())
  // A legacy server sends what its own level lets through; a modern one is asked, request by request.
  const asking = line === 'v2 modern' ? { _meta: { [META.logLevel]: 'debug' } } : {}
  const call = (name: string) => client.callTool({ name, arguments: {}, ...asking })
  const stats = async (): Promise<LoggingStats> => {
    const { content } = await call('stats')
    return JSON.parse((content as [{ text: string }])[0].text) as LoggingStats
  }
  const lines = () =>
    Buffer.concat(chunks)
      .toString()
      .split('\n')
      .filter((line) => line !== '')
  const marked = () => lines().map((line) => readMarkedLine(JSON.parse(line) as Attributes))
  return { client, call, stats, seen, errors, lines, marked, ended }
}

describe.each(LINES)('a server of SDK %s over stdio', { timeout: 30_000 }, (line) => {
  const start = (settings?: Settings) => startAs(line, settings)

  test('one record, two roads: the line on stderr and the notification have one id, and say the same', async () => {
    const { client, call, seen, marked, lines, ended } = await start({ env: { LOGBOOM_TAPPED: '1' } })
    await call('speak')
    await client.close()
    await ended
    expect(marked()).toHaveLength(3)
    const [starting, spoken, forged] = marked()
    expect(starting).toMatchObject({ level: 'notice', message: 'starting' })
    expect(spoken).toMatchObject({ level: 'warning', message: 'spoken', logger: 'db', attributes: { a: 1 } })
    expect(seen.map(({ _meta }) => _meta?.['io.logboom/origin'])).toEqual([spoken?.origin, forged?.origin])
    expect(seen.map(({ level, logger, data }) => ({ level, logger, data }))).toEqual(
      [spoken, forged].map((line) => ({
        level: line?.level,
        logger: line?.logger,
        data: { msg: line?.message, extra: line?.attributes },
      })),
    )
    expect(lines().join()).not.toContain('hunter2')
    // Row 36: what was said is one line, and nothing in it acts.
    expect(forged?.message).toBe('two\nlines \u001b[31mred k=v')
    expect(lines().join()).not.toContain('\u001b')
  })

  test('row 20: stray output becomes records, and every line of stdout is a message', async () => {
    const { client, call, errors, marked, ended } = await start()
    await call('noise')
    await call('speak')
    await client.close()
    await ended
    expect(errors).toEqual([])
    const strays = marked().filter((line) => line?.level === 'warning' && line.logger === undefined)
    expect(strays.map((line) => line?.message)).toEqual([
      'a stray line',
      'half a line',
      'and {"jsonrpc":"2.0"} inside',
      '{"jsonrpc":"2.0" is no message}',
    ])
  })

  test('tens of thousands of logs nobody awaits: all arrive before the answer, with no listener each', async () => {
    const { client, call, seen, stats, lines, ended } = await start()
    await call('burst')
    const atAnswer = seen.length
    const { notified, undelivered, dropped } = await stats()
    await client.close()
    await ended
    expect(notified).toBe(burstOf(line))
    expect(atAnswer).toBe(burstOf(line))
    expect(undelivered).toEqual({})
    expect(lines().filter((line) => !line.startsWith('{'))).toEqual([])
    expect(lines().length + (dropped['stderr.overflow'] ?? 0)).toBe(burstOf(line) + 1)
  }, 60_000)

  test('a host that never reads stderr stalls nothing', async () => {
    const { call, seen } = await start({ reads: false })
    await call('burst')
    await call('speak')
    expect(seen).toHaveLength(burstOf(line) + 2)
  }, 60_000)

  test('what is said right before the end of the process is written', async () => {
    const { call, marked, ended } = await start()
    const error: unknown = await call('crash').catch((thrown) => thrown)
    await ended
    expect(error).toBeInstanceOf(Error)
    expect(marked().at(-1)).toMatchObject({ level: 'error', message: 'last words' })
  })
})
