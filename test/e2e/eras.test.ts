/** Both eras of the protocol, as the official clients really speak them. */
import { describe, expect, test } from 'vitest'
import { connectClient } from '../kit/clients.ts'
import { places, scriptFile } from '../kit/home.ts'
import { run, tapCommand } from '../kit/process.ts'
import { from, namedCall, onlyRun, readRuns } from '../kit/records.ts'
import { fixtureV1, fixtureV2, raw } from '../kit/servers.ts'
import { captured, connectTapped, expectTransparent } from '../kit/session.ts'
import { quiet } from '../kit/wait.ts'

describe('the discovery probe of the v2 client', () => {
  test.each([
    ['v2-auto', fixtureV1, false],
    ['v2-auto', fixtureV2, true],
    ['v2-modern', fixtureV2, true],
  ] as const)('%s starts the server twice: two runs', async (kind, command, modern) => {
    const at = places()
    const client = await connectTapped(kind, at, 'probed', command)
    expect(client.modern).toBe(modern)
    expect(await client.call('levels')).toBe('ok')
    await client.close()
    const runs = await captured(at)
    for (const one of runs) expectTransparent(one)
    expect(runs).toHaveLength(2)
    const [probe, work] = runs
    expect(probe?.said.calls.map((call) => call.method)).toEqual(['server/discover'])
    expect(probe?.records.map((record) => namedCall(record)?.method)).toContain('server/discover')
    expect(work?.records.map((record) => namedCall(record)?.tool)).toContain('levels')
    // Each run tells its own start and end, and its own stderr.
    for (const one of runs) {
      expect(from(one.records, 'lifecycle').length).toBeGreaterThanOrEqual(2)
      expect(from(one.records, 'stderr')).toHaveLength(1)
    }
    expect(new Set(runs.map((one) => one.records[0]?.run)).size).toBe(2)
    expect(new Set(runs.flatMap((one) => one.records.map((record) => record.server)))).toEqual(
      new Set(['probed']),
    )
  })
})

describe('the modern era', () => {
  test('logs come only for requests that asked, and only those can be their cause', async () => {
    const at = places()
    const client = await connectTapped('v2-modern', at, 'opt-in', fixtureV2)
    expect(await client.call('levels', {}, { logLevel: 'none' })).toBe('ok')
    expect(await client.call('levels', {}, { logLevel: 'error' })).toBe('ok')
    // A call that ended a moment ago could be meant too.
    await quiet(80)
    const plan = (mark: string) => ({ plan: { mark, logs: 4, everyMs: 20 } })
    const silent = client.call('work', plan('silent'), { logLevel: 'none' })
    const asked = client.call('work', plan('asked'), { logLevel: 'debug' })
    expect(await Promise.all([silent, asked])).toEqual(['ok', 'ok'])
    await client.close()
    const run = (await captured(at)).at(-1)
    const messages = from(run?.records ?? [], 'message')
    expect(messages.slice(0, 4).map((record) => record.level)).toEqual([
      'error',
      'critical',
      'alert',
      'emergency',
    ])
    const work = messages.filter((record) => record.logger === 'work')
    expect(work.map((record) => record.attributes.mark)).toEqual(['asked', 'asked', 'asked', 'asked'])
    // Both calls were open, but only one asked for logs: two candidates would be ambiguous.
    const owner = from(run?.records ?? [], 'call').find((record) =>
      JSON.stringify(record.attributes.arguments ?? null).includes('asked'),
    )
    expect(new Set(work.map((record) => namedCall(record)?.id))).toEqual(
      new Set([owner === undefined ? 'none' : namedCall(owner)?.id]),
    )
    expect(messages.every((record) => record.protocol === '2026-07-28')).toBe(true)
  })

  test('protocol logging is told as deprecated once a run, and only where it is used', async () => {
    const at = places()
    const client = await connectTapped('v2-modern', at, 'deprecated', fixtureV2)
    await client.call('levels')
    await client.call('levels')
    await client.close()
    const runs = await captured(at)
    const told = runs.map(({ records }) =>
      from(records, 'lifecycle').filter(
        (record) => record.level === 'warning' && /deprecat/i.test(record.message),
      ),
    )
    expect(told.map((records) => records.length)).toEqual([0, 1])
  })
})

describe('the legacy era', () => {
  test('a handshake tells who speaks: client, server version, protocol', async () => {
    const { root, home } = places()
    const client = await connectClient('v1', tapCommand(home, 'hello', fixtureV1))
    await client.call('levels')
    await client.close()
    const records = onlyRun(home)
    const [levels] = from(records, 'message')
    expect(levels).toMatchObject({
      client: { name: 'logboom-test', version: '9.9.9' },
      serverVersion: '1.0.1',
      protocol: '2025-11-25',
    })
    expect(root).not.toBe('')
  })

  test('logs before and during the handshake are kept', async () => {
    const { root, home } = places()
    const log = (data: string) => ({
      emit: 'stdout',
      text: `${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data } })}\n`,
    })
    const script = scriptFile(root, [log('before'), { handshake: true }, log('after'), { end: true }])
    const initialize = {
      jsonrpc: '2.0',
      id: 0,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'c', version: '1' } },
    }
    await run(tapCommand(home, 'early', raw(script)), { input: `${JSON.stringify(initialize)}\n` })
    const records = onlyRun(home)
    expect(from(records, 'message').map((record) => record.message)).toEqual(['before', 'after'])
    expect(from(records, 'message').every((record) => record.call === undefined)).toBe(true)
    expect(readRuns(home)).toHaveLength(1)
  })
})
