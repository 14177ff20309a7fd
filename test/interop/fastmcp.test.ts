/**
 * npm fastmcp and Python FastMCP behind the tap. What the recorder beside the server saw is the truth; on stderr the truth is
 * what the program meant to say, however Rich wrapped it.
 */
import { fileURLToPath } from 'node:url'
import type { LogRecord } from '@logboom/sdk/record'
import { describe, expect, test } from 'vitest'
import type { ClientKind, TestClient } from '../kit/clients.ts'
import { places } from '../kit/home.ts'
import { type Command, NODE } from '../kit/process.ts'
import { from, namedCall } from '../kit/records.ts'
import {
  type Captured,
  captured,
  connectTapped,
  expectAttributed,
  expectCalls,
  expectTransparent,
} from '../kit/session.ts'
import { quiet } from '../kit/wait.ts'
import { PYTHON } from './python.ts'

const server = (name: string): string => fileURLToPath(new URL(`./servers/${name}`, import.meta.url))
const python: Command = [PYTHON, server('python-fastmcp.py')]
const npm: Command = [NODE, server('npm-fastmcp.mjs')]

/** Longer than a group of lines may pause: what comes after it is another record. */
const APART = 300

const drive = async (
  kind: ClientKind,
  name: string,
  command: Command,
  work: (client: TestClient) => Promise<unknown>,
): Promise<Captured> => {
  const at = places()
  const client = await connectTapped(kind, at, name, command)
  await work(client)
  await client.close()
  const runs = await captured(at)
  for (const run of runs) expectTransparent(run)
  const run = runs.at(-1)
  if (run === undefined) throw new Error('no run')
  expect(new Set(run.records.map((record) => record.server))).toEqual(new Set([name]))
  return run
}

/** Every log notification is one record with all it carried. */
const expectMessages = ({ said, records }: Captured): void => {
  const shape = ({
    level,
    logger,
    message,
    attributes,
  }: Omit<LogRecord, 'logger'> & { logger?: string | undefined }) => ({
    level,
    logger,
    message,
    attributes,
  })
  expect(from(records, 'message').map(shape)).toEqual(said.logs.map((log) => shape(log as never)))
}

const flat = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** The one record that says this. */
const one = (records: readonly LogRecord[], text: string): LogRecord => {
  const found = records.filter((record) => flat(record.message).includes(text))
  expect({ text, records: found.length }).toEqual({ text, records: 1 })
  return found[0] as LogRecord
}

describe.each(['v1', 'v2-legacy', 'v2-auto'] as const)('Python FastMCP (%s)', (kind) => {
  test('ctx logging, Rich lines and tracebacks are one record each, with the right level', async () => {
    const run = await drive(kind, 'python', python, async (client) => {
      for (const tool of ['levels', 'rich_lines', 'fails', 'logs_traceback', 'plain_traceback']) {
        await quiet(APART)
        expect(await client.call(tool)).toBe(tool === 'fails' ? 'tool_error' : 'ok')
      }
      await quiet(APART)
    })
    expectMessages(run)
    expectCalls(run.said, run.records)
    expectAttributed(run.said, run.records)
    expect(run.said.logs).toHaveLength(8)

    const stderr = from(run.records, 'stderr')
    const long = 'a long line that Rich wraps because it does not fit into the eighty columns it believes in '
    expect(one(stderr, "Starting MCP server 'python-fastmcp'")).toMatchObject({ level: 'info' })
    expect(one(stderr, "Starting MCP server 'python-fastmcp'").message).toContain("with transport 'stdio'")
    expect(one(stderr, 'a short line')).toMatchObject({ level: 'info', message: 'a short line' })
    const wrapped = one(stderr, 'a long line')
    expect(wrapped.level).toBe('warning')
    expect(flat(wrapped.message)).toBe(flat(long.repeat(3)))
    expect(one(stderr, 'the last line')).toMatchObject({ level: 'error', message: 'the last line' })
    const failed = one(stderr, "Error calling tool 'fails'")
    expect(failed.level).toBe('error')
    expect(failed.message).toContain('ValueError: broken on purpose')
    const lookup = one(stderr, 'could not look it up')
    expect(lookup.level).toBe('error')
    expect(lookup.message).toContain("KeyError: 'missing'")
    const plain = one(stderr, 'Traceback (most recent call last): File')
    expect(plain.level).toBe('error')
    expect(plain.message).toContain("ValueError: invalid literal for int() with base 10: 'x'")
    expect(one(stderr, 'FastMCP 4.0.10').level).toBe('info')
    for (const [record, tool] of [
      [wrapped, 'rich_lines'],
      [failed, 'fails'],
      [lookup, 'logs_traceback'],
      [plain, 'plain_traceback'],
    ] as const)
      expect({ tool: namedCall(record)?.tool, how: record.call?.attribution }).toEqual({
        tool,
        how: 'inferred',
      })
    // Nothing is there twice, and no line of a box stands alone.
    const texts = stderr.map((record) => flat(record.message))
    expect(texts.filter((text) => /^[│╭╰❱]/.test(text) && !text.includes('FastMCP 4.0.10'))).toEqual([])
    expect(
      stderr.filter((record) => record.level === 'error').map((record) => flat(record.message).slice(0, 24)),
    ).toEqual(
      [
        'the last line',
        "Error calling tool 'fail",
        'could not look it up Tra',
        'Traceback (most recent c',
      ].map((text) => expect.stringContaining(text.slice(0, 13))),
    )
  })

  test('a crash loses the call and is told', async () => {
    const run = await drive(kind, 'python', python, async (client) => {
      expect(await client.call('crash')).toMatch(/rpc_error/)
    })
    expect(one(from(run.records, 'stderr'), 'Fatal: out of cheese').level).toMatch(/info|error|critical/)
    expect(
      from(run.records, 'call')
        .map(namedCall)
        .filter((call) => call?.tool === 'crash')
        .map((call) => call?.status),
    ).toEqual(['started', 'lost'])
    expect(from(run.records, 'lifecycle').at(-1)).toMatchObject({ level: 'error', attributes: { code: 3 } })
  })
})

describe.each(['v1', 'v2-legacy', 'v2-auto'] as const)('npm fastmcp (%s)', (kind) => {
  test('its log calls, progress and stray stdout are all captured', async () => {
    const run = await drive(kind, 'npm', npm, async (client) => {
      for (const [tool, outcome] of [
        ['levels', 'ok'],
        ['progress', 'ok'],
        ['refuse', 'tool_error'],
      ] as const) {
        await quiet(APART)
        expect(await client.call(tool, {}, { progress: tool === 'progress' })).toBe(outcome)
      }
      await quiet(APART)
    })
    expectMessages(run)
    expectCalls(run.said, run.records)
    expectAttributed(run.said, run.records)
    const messages = from(run.records, 'message')
    expect(
      messages.filter((record) => namedCall(record)?.tool === 'levels').map((record) => record.level),
    ).toEqual(['debug', 'info', 'warning', 'error'])
    expect(one(messages, 'nulls found').attributes).toEqual({ 列: '价格', nested: { list: [1, null] } })
    expect(one(from(run.records, 'stderr'), 'npm-fastmcp is up').level).toBe('info')
    expect(from(run.records, 'stdout').map((record) => record.message)).toEqual(run.said.stray)
    const progress = from(run.records, 'notification').filter(
      (record) => record.call?.attribution === 'exact',
    )
    expect(progress.map((record) => namedCall(record)?.tool)).toEqual(['progress', 'progress', 'progress'])
  })
})

describe.each([
  ['Python FastMCP', python],
  ['npm fastmcp', npm],
] as const)('attribution on %s', (_name, command) => {
  test('sequential calls are inferred, concurrent ones are not guessed', async () => {
    const run = await drive('v1', 'truth', command, async (client) => {
      for (let n = 0; n < 5; n++) {
        await quiet(60)
        await client.call('work', { mark: `s${n}`, logs: 4, ms: 4 })
      }
      await quiet(60)
      await Promise.all([0, 1, 2].map((n) => client.call('work', { mark: `c${n}`, logs: 4, ms: 10 })))
    })
    expectAttributed(run.said, run.records)
    const marks = new Map<string, unknown>()
    for (const record of from(run.records, 'call')) {
      const call = namedCall(record)
      const given = record.attributes.arguments
      if (call?.status === 'started' && typeof given === 'object' && given !== null && 'mark' in given)
        marks.set(call.id, given.mark)
    }
    const logs = from(run.records, 'message').filter((record) => record.attributes.mark !== undefined)
    expect(logs).toHaveLength(5 * 4 + 3 * 4)
    const wrong = logs.filter((record) => {
      const call = namedCall(record)
      return call !== undefined && marks.get(call.id) !== record.attributes.mark
    })
    expect(wrong).toEqual([])
    expect(logs.filter((record) => record.call?.attribution === 'inferred').length).toBeGreaterThanOrEqual(20)
    expect(logs.filter((record) => record.call?.attribution === 'ambiguous').length).toBeGreaterThan(0)
  })
})
