/** The hub from outside: what is captured is stored once, whoever is killed, and the commands agree with it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LogRecord } from '@logboom/sdk/record'
import { describe, expect, test } from 'vitest'
import { places, scriptFile, tempDir } from '../kit/home.ts'
import { logboom, MAIN, NODE, type Running, start, tapCommand } from '../kit/process.ts'
import { numberingFaults } from '../kit/records.ts'
import { raw } from '../kit/servers.ts'
import { callLine, initializeLine, logLine, resultLine } from '../kit/story.ts'
import { waitFor } from '../kit/wait.ts'

const ndjson = (bytes: Buffer): LogRecord[] =>
  bytes
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LogRecord)

const startHub = async (home: string): Promise<{ hub: Running; url: string }> => {
  const hub = start([NODE, MAIN, 'up', '--home', home, '--port', '0'])
  const url = await waitFor('the address of the hub', () => {
    if (hub.child.exitCode !== null) throw new Error(hub.stderr().toString())
    return /http:\/\/\S+:\d+/.exec(hub.stdout().toString())?.[0]
  })
  return { hub, url }
}

const ask = async (url: string, path: string): Promise<{ items: { record: LogRecord }[] }> => {
  const response = await fetch(`${url}/api/v1/${path}`)
  expect(response.status).toBe(200)
  return (await response.json()) as { items: { record: LogRecord }[] }
}

const stored = async (url: string): Promise<LogRecord[]> =>
  (await ask(url, 'records?limit=1000&order=oldest')).items.map(({ record }) => record)

const journals = (home: string): string[] =>
  existsSync(join(home, 'journal')) ? readdirSync(join(home, 'journal')) : []

/** A tapped server that logs so many lines for a call, and then waits for its input to end. */
const startTap = (root: string, home: string, server: string, lines: number): Running => {
  const script = scriptFile(root, [
    { handshake: true },
    { await: '"work"' },
    { emit: 'stdout', text: logLine('info', `${server} #`), times: lines, gapMs: 1 },
    { emit: 'stdout', text: resultLine(1) },
    { end: true },
  ])
  const tap = start(tapCommand(home, server, raw(script)))
  tap.write(initializeLine + callLine(1, 'work'))
  return tap
}

const byRun = (records: readonly LogRecord[]): LogRecord[][] =>
  [...new Set(records.map(({ run }) => run))].map((run) => records.filter((record) => record.run === run))

describe('logboom up', () => {
  test('tells where the page is, and starts the demo beside what its home has', async () => {
    const { root, home } = places()
    const tap = startTap(root, home, 'mine', 3)
    tap.end()
    await tap.ended()
    const { hub, url } = await startHub(home)
    await waitFor('my records', async () => (await stored(url)).some(({ server }) => server === 'mine'))
    const page = await fetch(url)
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    const { hub: self } = (await (await fetch(`${url}/api/v1/stats`)).json()) as {
      hub: Record<string, unknown>
    }
    expect(self).toMatchObject({ home, defaultHome: false, command: [NODE, MAIN] })
    const demo = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }
    expect((await fetch(`${url}/api/v1/demo`, demo)).status).toBe(202)
    expect((await fetch(`${url}/api/v1/demo`, demo)).status).toBe(409)
    const lost = await waitFor(
      'the crash of the story',
      async () => {
        const { items } = await ask(url, 'records?q=server:database%20status:lost')
        return items[0]?.record.call
      },
      40_000,
    )
    const story = await fetch(`${url}/api/v1/calls/${'id' in lost ? lost.id : ''}`)
    expect(await story.json()).toMatchObject({ blame: { party: 'server', rule: 'exited' } })
    hub.child.kill('SIGTERM')
    await hub.ended()
    // Its own files are gone with it, and mine are still there.
    expect(readdirSync(home).filter((name) => name.startsWith('demo-'))).toEqual([])
    const { stdout } = await logboom(['query', '--home', home, '--json', 'server:mine'])
    expect(ndjson(stdout).length).toBeGreaterThan(3)
  })

  test('stores what taps capture as it comes, deletes their journals when they end, and agrees with the commands', async () => {
    const { root, home } = places()
    const { hub, url } = await startHub(home)
    const tap = startTap(root, home, 'analytics', 50)
    const all = await waitFor('all log lines', async () => {
      const records = await stored(url)
      return records.filter(({ source }) => source === 'message').length === 50 && records
    })
    expect(byRun(all).flatMap(numberingFaults)).toEqual([])
    tap.end()
    await tap.ended()
    await waitFor('the exit', async () =>
      (await stored(url)).some(({ attributes }) => attributes.event === 'exit'),
    )
    await waitFor('the end of the journal', () => journals(home).length === 0, 20_000)

    const query = await logboom(['query', '--home', home, '--json', 'time:>2000-01-01'])
    expect(query.stderr.toString()).toBe('')
    expect(ndjson(query.stdout)).toEqual(await stored(url))
    hub.kill('SIGTERM')
    expect(await hub.ended(12_000)).toMatchObject({ code: 0, signal: null })
    expect(existsSync(join(home, 'hub.json'))).toBe(false)
    const after = await logboom(['query', '--home', home, '--json', 'time:>2000-01-01'])
    expect(after.stdout).toEqual(query.stdout)
  })

  test('killed at any moment while taps write, and started again, has every record once', async () => {
    const { root, home } = places()
    const taps = ['a', 'b'].map((server) => startTap(root, home, server, 1500))
    for (let round = 0; round < 6; round++) {
      const { hub, url } = await startHub(home)
      const before = (await stored(url)).length
      await waitFor(
        'some progress',
        async () => (await stored(url)).length > Math.min(before, 900) || before >= 1000,
      )
      hub.kill('SIGKILL')
      await hub.ended()
    }
    const { hub, url } = await startHub(home)
    for (const tap of taps) tap.end()
    await Promise.all(taps.map((tap) => tap.ended()))
    const count = async (): Promise<Record<string, number>> => {
      const { stdout } = await logboom(['stats', '--home', home, '--json'])
      const { servers } = JSON.parse(stdout.toString()) as { servers: { server: string; records: number }[] }
      return Object.fromEntries(servers.map(({ server, records }) => [server, records]))
    }
    await waitFor('the journals to be stored', () => journals(home).length === 0, 20_000)
    const { stdout } = await logboom(['query', '--home', home, '--json', 'time:>2000-01-01'])
    const records = ndjson(stdout)
    expect(byRun(records)).toHaveLength(2)
    expect(byRun(records).flatMap(numberingFaults)).toEqual([])
    expect(records.filter(({ source }) => source === 'message')).toHaveLength(3000)
    expect(await count()).toEqual({
      a: records.filter(({ server }) => server === 'a').length,
      b: records.filter(({ server }) => server === 'b').length,
    })
    expect(url).toMatch(/^http/)
    hub.kill('SIGINT')
    expect((await hub.ended(12_000)).code).toBe(130)
  })

  test('a killed tap gets its lost call and its exit', async () => {
    const { root, home } = places()
    const { url } = await startHub(home)
    const script = scriptFile(root, [{ handshake: true }, { await: '"work"' }, { end: true }])
    const tap = start(tapCommand(home, 'model', raw(script)))
    tap.write(initializeLine + callLine(1, 'work'))
    await waitFor('the call', async () =>
      (await stored(url)).some(({ call }) => call !== undefined && 'tool' in call && call.tool === 'work'),
    )
    tap.kill('SIGKILL')
    await tap.ended()
    const told = await waitFor('its exit', async () => {
      const records = await stored(url)
      return records.some(({ attributes }) => attributes.killed === true) && records
    })
    const lost = told.filter(({ call }) => call !== undefined && 'id' in call && call.status === 'lost')
    expect(lost.at(-1)?.call).toMatchObject({ tool: 'work' })
    expect(told.at(-1)?.attributes).toMatchObject({ event: 'exit', lostCalls: lost.length })
  })

  test('a second hub on a home is refused and told where the first is; so is a taken port', async () => {
    const home = tempDir()
    const { url } = await startHub(home)
    const second = await logboom(['up', '--home', home, '--port', '0'])
    expect(second.code).toBe(1)
    expect(second.stderr.toString()).toContain(url)
    const port = new URL(url).port
    const other = await logboom(['up', '--home', tempDir(), '--port', port])
    expect(other.code).toBe(1)
    expect(other.stderr.toString()).toContain('--port')
    const bad = await logboom(['up', '--home', tempDir(), '--port', '99999'])
    expect(bad.code).toBe(2)
    const open = await logboom(['up', '--home', tempDir(), '--port', '0', '--host', '0.0.0.0'])
    expect(open.code).toBe(2)
    expect(open.stderr.toString()).toContain('LOGBOOM_TOKEN')
  })

  test('a hub that was killed does not keep the next one out', async () => {
    const home = tempDir()
    const { hub } = await startHub(home)
    hub.kill('SIGKILL')
    await hub.ended()
    expect(JSON.parse(readFileSync(join(home, 'hub.json'), 'utf8'))).toMatchObject({ pid: hub.pid })
    const again = await startHub(home)
    expect((await fetch(`${again.url}/healthz`)).status).toBe(200)
  })

  test('takes over from a tail that follows, which goes on and misses nothing', async () => {
    const { root, home } = places()
    const first = startTap(root, home, 'one', 5)
    await waitFor('a journal', () => journals(home).length > 0)
    const tail = start([NODE, MAIN, 'tail', '-f', '-n', '1000', '--home', home, '--json'])
    const lines = (server: string): number =>
      ndjson(tail.stdout().subarray(0, tail.stdout().lastIndexOf(10) + 1)).filter(
        (record) => record.server === server && record.source === 'message',
      ).length
    await waitFor('the first lines', () => lines('one') === 5)
    const { url } = await startHub(home)
    const second = startTap(root, home, 'two', 20)
    await waitFor('the second lines', () => lines('two') === 20)
    for (const tap of [first, second]) tap.end()
    expect((await stored(url)).filter(({ source }) => source === 'message')).toHaveLength(25)
    expect(lines('one')).toBe(5)
    tail.kill('SIGINT')
    expect((await tail.ended()).code).toBe(130)
  })
})
