/** A server in a process of its own: stdout stays pure, stderr says which record is which, and nobody can stall it. */
import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { expect, onTestFinished, test } from 'vitest'
import { readMarkedLine } from '../observe/origin.ts'
import type { Attributes } from '../record/index.ts'
import type { Seen } from './testing.ts'
import type { LoggingStats } from './types.ts'

const script = fileURLToPath(new URL('testing-server.ts', import.meta.url))

const start = async ({ env = {}, reads = true }: { env?: Record<string, string>; reads?: boolean } = {}) => {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: ['--import', 'tsx', '--conditions=@logboom/source', script],
    env: { PATH: process.env.PATH ?? '', ...env },
    stderr: 'pipe',
  })
  const seen: Seen[] = []
  const errors: unknown[] = []
  const chunks: Buffer[] = []
  if (reads) transport.stderr?.on('data', (chunk: Buffer) => void chunks.push(chunk))
  const ended = new Promise<void>((resolve) => transport.stderr?.once('end', () => resolve()))
  transport.onmessage = (message) => {
    if ('method' in message && message.method === 'notifications/message')
      seen.push(message.params as unknown as Seen)
  }
  const client = new Client({ name: 'test-client', version: '1.0.0' })
  client.onerror = (error) => void errors.push(error)
  await client.connect(transport)
  onTestFinished(() => client.close())
  const call = (name: string) => client.callTool({ name, arguments: {} })
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

test('40,000 logs nobody awaits: all arrive before the answer, with no listener each', async () => {
  const { client, call, seen, stats, lines, ended } = await start()
  await call('burst')
  const atAnswer = seen.length
  const { notified, undelivered, dropped } = await stats()
  await client.close()
  await ended
  expect(notified).toBe(40_000)
  expect(atAnswer).toBe(40_000)
  expect(undelivered).toEqual({})
  expect(lines().filter((line) => !line.startsWith('{'))).toEqual([])
  expect(lines().length + (dropped['stderr.overflow'] ?? 0)).toBe(40_001)
}, 60_000)

test('a host that never reads stderr stalls nothing', async () => {
  const { call, seen } = await start({ reads: false })
  await call('burst')
  await call('speak')
  expect(seen).toHaveLength(40_002)
}, 60_000)

test('what is said right before the end of the process is written', async () => {
  const { call, marked, ended } = await start()
  const error: unknown = await call('crash').catch((thrown) => thrown)
  await ended
  expect(error).toBeInstanceOf(Error)
  expect(marked().at(-1)).toMatchObject({ level: 'error', message: 'last words' })
})
