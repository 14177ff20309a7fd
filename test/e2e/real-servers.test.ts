/**
 * The servers people run, behind the tap, driven by the official clients. What the recorder next to the server saw is the
 * truth: every log sent is one record, complete and in order; nothing more, nothing less.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ClientKind } from '../kit/clients.ts'
import { places } from '../kit/home.ts'
import { from, namedCall } from '../kit/records.ts'
import { everything, filesystem, fixtureV1, fixtureV2, memory, sequentialThinking } from '../kit/servers.ts'
import { captured, connectTapped, expectCaptured, expectTransparent } from '../kit/session.ts'
import { quiet } from '../kit/wait.ts'

const LEVELS = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency']

/** The run that did the work: the others are a v2 client's probes. */
const working = async (at: ReturnType<typeof places>) => {
  const runs = await captured(at)
  for (const run of runs) expectTransparent(run)
  const run = runs.findLast(({ said }) => said.calls.some((call) => call.method === 'tools/call'))
  if (run === undefined) throw new Error('no run with calls')
  return run
}

// Legacy servers: the auto client asks whether they are modern, and takes what they speak.
const legacyClients: ClientKind[] = ['v1', 'v2-legacy', 'v2-auto']
const clients: ClientKind[] = ['v1', 'v2-legacy', 'v2-modern']

describe('server-everything', () => {
  test.each(legacyClients)('its simulated logging, progress and errors are captured (%s)', async (kind) => {
    const at = places()
    const client = await connectTapped(kind, at, 'everything', everything)
    await client.setLevel('debug')
    expect(await client.call('echo', { message: 'hello' })).toBe('ok')
    await quiet(150)
    expect(await client.call('toggle-simulated-logging')).toBe('ok')
    expect(
      await client.call('trigger-long-running-operation', { duration: 0.4, steps: 4 }, { progress: true }),
    ).toBe('ok')
    expect(await client.call('toggle-simulated-logging')).toBe('ok')
    expect(await client.call('get-sum', { a: 'one', b: 2 })).toBe('tool_error')
    const inMemory = client.logs.length
    await client.close()

    const run = await working(at)
    expectCaptured(run, { server: 'everything', stderr: 1 })
    expect(run.said.logs).toHaveLength(1)
    expect(inMemory).toBe(1)
    const [log] = from(run.records, 'message')
    expect(log?.call).toMatchObject({ tool: 'toggle-simulated-logging', attribution: 'inferred' })
    const progress = from(run.records, 'notification').filter(
      (record) => namedCall(record)?.tool === 'trigger-long-running-operation',
    )
    expect(progress).toHaveLength(4)
    expect(progress.every((record) => record.call?.attribution === 'exact')).toBe(true)
    expect(run.records.some((record) => record.client?.name === 'logboom-test')).toBe(true)
  })
})

describe('servers that only write stderr', () => {
  test.each(legacyClients)('filesystem (%s)', async (kind) => {
    const at = places()
    writeFileSync(join(at.root, 'notes.txt'), 'two logs a day')
    const client = await connectTapped(kind, at, 'fs', filesystem(at.root))
    expect(await client.call('read_text_file', { path: join(at.root, 'notes.txt') })).toBe('ok')
    expect(await client.call('read_text_file', { path: join(at.root, 'missing.txt') })).toBe('tool_error')
    await client.close()
    const run = await working(at)
    expectCaptured(run, { server: 'fs', stderr: 2 })
    const stderr = from(run.records, 'stderr')
    expect(stderr.map((record) => record.level)).toEqual(['info', 'info'])
    expect(stderr[0]?.message).toBe('Secure MCP Filesystem Server running on stdio')
  })

  test.each(legacyClients)('memory (%s)', async (kind) => {
    const at = places()
    const client = await connectTapped(kind, at, 'memory', memory)
    expect(await client.call('read_graph')).toBe('ok')
    await client.close()
    const run = await working(at)
    expectCaptured(run, { server: 'memory', stderr: 1 })
    expect(from(run.records, 'stderr')[0]?.message).toBe('Knowledge Graph MCP Server running on stdio')
  })

  test.each(legacyClients)("sequential-thinking: a thought's box is one record (%s)", async (kind) => {
    const at = places()
    const client = await connectTapped(kind, at, 'thinking', sequentialThinking)
    for (const thoughtNumber of [1, 2, 3]) {
      const thought = `thought ${thoughtNumber} 想法`
      const args = { thought, thoughtNumber, totalThoughts: 3, nextThoughtNeeded: thoughtNumber < 3 }
      expect(await client.call('sequentialthinking', args)).toBe('ok')
      await quiet(100)
    }
    await client.close()
    const run = await working(at)
    expectCaptured(run, { server: 'thinking', stderr: 4 })
    const boxes = from(run.records, 'stderr').slice(1)
    expect(boxes.map((record) => record.message.match(/thought \d 想法/)?.[0])).toEqual([
      'thought 1 想法',
      'thought 2 想法',
      'thought 3 想法',
    ])
    expect(boxes.map((record) => record.level)).toEqual(['info', 'info', 'info'])
    const calls = from(run.records, 'call').map(namedCall)
    const callIds = calls
      .filter((call) => call?.tool === 'sequentialthinking' && call.status === 'started')
      .map((call) => call?.id)
    expect(boxes.map((record) => namedCall(record)?.id)).toEqual(callIds)
    expect(boxes.map((record) => record.call?.attribution)).toEqual(['inferred', 'inferred', 'inferred'])
  })
})

describe.each([
  { name: 'SDK v1', command: fixtureV1, kinds: legacyClients },
  { name: 'SDK v2', command: fixtureV2, kinds: clients },
])('a server on $name', ({ name, command, kinds }) => {
  test.each(kinds)('every level, every kind of data, errors: all captured (%s)', async (kind) => {
    const at = places()
    const client = await connectTapped(kind, at, name, command)
    if (!client.modern) await client.setLevel('debug')
    await quiet(150)
    expect(await client.call('levels')).toBe('ok')
    expect(await client.call('kinds')).toBe('ok')
    await quiet(150)
    expect(await client.call('refuse')).toBe('tool_error')
    expect(await client.call('no-such-tool')).toMatch(/error/)
    await quiet(150)
    expect(await client.call('work', { plan: { mark: 'only', logs: 3 } })).toBe('ok')
    await client.close()
    const run = await working(at)
    expectCaptured(run, { server: name, stderr: 1 })
    expect(run.said.modern).toBe(kind === 'v2-modern')
    const messages = from(run.records, 'message')
    expect(messages.slice(0, 8).map((record) => record.level)).toEqual(LEVELS)
    expect(messages).toHaveLength(8 + 15 + 3)
    expect(messages.slice(0, 8).every((record) => record.call?.attribution === 'inferred')).toBe(true)
    expect(messages.slice(-3).map((record) => record.call)).toEqual(
      [0, 1, 2].map(() => expect.objectContaining({ tool: 'work', attribution: 'inferred' })),
    )
    expect(client.logs).toHaveLength(messages.length)
  })
})
