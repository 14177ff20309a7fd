/** The reading commands over a real home, and what bad usage gets. */
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LogRecord } from '@logboom/sdk/record'
import { describe, expect, test } from 'vitest'
import { places, scriptFile, tempDir } from '../kit/home.ts'
import { logboom, MAIN, NODE, start, tapCommand } from '../kit/process.ts'
import { filesUnder, from, namedCall, readRuns } from '../kit/records.ts'
import { raw } from '../kit/servers.ts'
import { logLine, tellStory } from '../kit/story.ts'
import { waitFor } from '../kit/wait.ts'

const ndjson = (bytes: Buffer): LogRecord[] =>
  bytes
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LogRecord)

const story = async (): Promise<string> => {
  const { root, home } = places()
  await tellStory(root, home)
  return home
}

const QUERIES: [string, (record: LogRecord) => boolean][] = [
  ['level:>=error', (record) => record.level === 'error'],
  ['server:ana*', (record) => record.server === 'analytics'],
  ['-server:analytics source:stderr', (record) => record.server === 'database' && record.source === 'stderr'],
  ['"disk on fire"', (record) => record.message.includes('disk on fire')],
  ['价格', (record) => record.message.includes('价格')],
  ['@rows:128', (record) => record.attributes.rows === 128],
  ['@processing_time:>1s', (record) => record.attributes.processing_time !== undefined],
  ['source:call status:tool_error', (record) => namedCall(record)?.status === 'tool_error'],
  ['status:error', (record) => ['tool_error', 'lost'].includes(namedCall(record)?.status ?? '')],
  ['tool:analyze logger:core', (record) => record.logger === 'core'],
  [
    'tool:(analyze OR store) source:call',
    (record) => /^(analyze|store)$/.test(namedCall(record)?.tool ?? '') && record.source === 'call',
  ],
  ['/disk.*FIRE/i', (record) => /disk.*FIRE/i.test(record.message)],
]

describe('reading commands', () => {
  test('--json lines are the records, as they were written', async () => {
    const home = await story()
    const written = readRuns(home).flat()
    const byId = new Map(written.map((record) => [record.id, record]))
    const tail = await logboom(['tail', '--home', home, '--json', '-n', '1000'])
    expect(tail).toMatchObject({ code: 0 })
    expect(tail.stderr.toString()).toBe('')
    const printed = ndjson(tail.stdout)
    expect(printed).toHaveLength(written.length)
    for (const record of printed) expect(record).toEqual(byId.get(record.id))
    // Each run in the order of its capture, one run after the other as they began.
    for (const run of readRuns(home))
      expect(printed.filter((record) => record.run === run[0]?.run).map((record) => record.seq)).toEqual(
        run.map((record) => record.seq),
      )
    expect(printed.map((record) => record.server)).toEqual(printed.map((record) => record.server).sort())

    const last = ndjson((await logboom(['tail', '--home', home, '--json', '-n', '3'])).stdout)
    expect(last).toEqual(printed.slice(-3))
  })

  test('query finds what it should, and nothing else', async () => {
    const home = await story()
    const written = readRuns(home).flat()
    const found: Record<string, string[]> = {}
    const expected: Record<string, string[]> = {}
    for (const [query, matches] of QUERIES) {
      const { code, stdout } = await logboom(['query', '--home', home, '--json', query])
      found[`${query} (exit ${code})`] = ndjson(stdout)
        .map((record) => record.id)
        .sort()
      expected[`${query} (exit 0)`] = written
        .filter(matches)
        .map((record) => record.id)
        .sort()
    }
    expect(found).toEqual(expected)
    expect(Object.entries(expected).filter(([, ids]) => ids.length === 0)).toEqual([])
  })

  test('calls tell each call with its logs; stats count', async () => {
    const home = await story()
    const calls = await logboom(['calls', '--home', home, '--json', 'source:call -method:initialize'])
    expect(calls.code).toBe(0)
    const stories = ndjson(calls.stdout) as unknown as {
      call: { tool: string; status: string }
      outcome: LogRecord
      records: LogRecord[]
    }[]
    expect(stories.map((one) => one.call.tool)).toEqual(['analyze', 'broken', 'store'])
    expect(stories.map((one) => namedCall(one.outcome)?.status)).toEqual(['ok', 'tool_error', 'lost'])
    expect(stories[0]?.records.map((record) => record.message)).toEqual(
      expect.arrayContaining(['loading rows', 'column `价格` has nulls']),
    )

    const stats = await logboom(['stats', '--home', home, '--json'])
    const told = JSON.parse(stats.stdout.toString()) as {
      servers: { server: string; records: number; levels: Record<string, number> }[]
      tools: { tool?: string; outcomes: Record<string, number> }[]
      dropped: Record<string, number>
    }
    const written = readRuns(home).flat()
    for (const server of told.servers) {
      const own = written.filter((record) => record.server === server.server)
      expect(server.records).toBe(own.length)
      for (const [level, count] of Object.entries(server.levels))
        expect(count).toBe(own.filter((record) => record.level === level).length)
    }
    expect(told.servers.map((server) => server.server).sort()).toEqual(['analytics', 'database'])
    expect(
      Object.fromEntries(told.tools.filter(({ tool }) => tool).map(({ tool, outcomes }) => [tool, outcomes])),
    ).toEqual({
      analyze: { ok: 1 },
      broken: { tool_error: 1 },
      store: { lost: 1 },
    })
    expect(Object.values(told.dropped).every((count) => count === 0)).toBe(true)
  })

  test('pretty output names servers, levels and calls, and has no colour in a pipe', async () => {
    const home = await story()
    const tail = (await logboom(['tail', '--home', home, '-n', '100'])).stdout.toString()
    for (const text of [
      'analytics',
      'database',
      'warning',
      'column `价格` has nulls',
      'broken',
      'disk on fire',
    ])
      expect(tail).toContain(text)
    expect(tail).not.toContain('\u001b')
    const coloured = (await logboom(['tail', '--home', home, '--color', 'always'])).stdout.toString()
    expect(coloured).toContain('\u001b[')
    const calls = (await logboom(['calls', '--home', home])).stdout.toString()
    expect(calls.indexOf('loading rows')).toBeGreaterThan(calls.indexOf('analyze'))
    expect((await logboom(['stats', '--home', home])).stdout.toString()).toMatch(/analyze/)
  })

  test('terminal escapes in a log cannot reach the terminal', async () => {
    const { root, home } = places()
    const script = scriptFile(root, [
      { emit: 'stderr', text: 'evil \u001b]0;title\u0007 \u001b[2J\rline\n' },
      { emit: 'stdout', text: logLine('info', 'evil \u001b[31m too\u0007') },
    ])
    const tap = start(tapCommand(home, 'evil', raw(script)))
    tap.end()
    await tap.ended()
    for (const command of [['tail'], ['query', 'evil'], ['stats']]) {
      const { stdout } = await logboom([...command, '--home', home, '--color', 'never'])
      expect(stdout.toString()).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
    }
  })

  test('tail -f shows what comes, from runs that start later too, and ends on Ctrl+C with 130', async () => {
    const { root, home } = places()
    await tellStory(root, home)
    const tail = start([NODE, MAIN, 'tail', '-f', '--home', home, '--json', '-n', '1', 'source:message'])
    await waitFor('the last record', () => tail.stdout().includes('query failed'))
    const script = scriptFile(root, [
      { emit: 'stdout', text: logLine('notice', 'line #'), times: 20, gapMs: 5 },
      { end: true },
    ])
    const tap = start(tapCommand(home, 'later', raw(script)))
    await waitFor('the last line', () => tail.stdout().includes('"line 19"'))
    tap.end()
    await tap.ended()
    tail.kill('SIGINT')
    const ended = await tail.ended()
    expect(ended.code).toBe(130)
    expect(ndjson(ended.stdout).map((record) => record.message)).toEqual([
      'query failed',
      ...Array.from({ length: 20 }, (_, n) => `line ${n}`),
    ])
  })

  test('a reader that goes away is no error', async () => {
    const home = await story()
    const tail = start([NODE, MAIN, 'tail', '-f', '--home', home])
    await waitFor('something', () => tail.stdout().length > 0)
    tail.child.stdout?.destroy()
    const { root } = places()
    const tap = start(tapCommand(home, 'later', raw(scriptFile(root, [{ emit: 'stderr', text: 'more\n' }]))))
    tap.end()
    await tap.ended()
    const ended = await tail.ended()
    expect(ended.signal).toBe(null)
    expect(ended.stderr.toString()).not.toMatch(/EPIPE|at .*:\d+/)
  })

  test('a running tap can be read while it writes, and its open call is open', async () => {
    const { root, home } = places()
    const script = scriptFile(root, [
      { await: 'tools/call' },
      { emit: 'stdout', text: logLine('info', 'working') },
      { end: true },
    ])
    const tap = start(tapCommand(home, 'busy', raw(script)))
    tap.write('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"slow","arguments":{}}}\n')
    await waitFor('the record', () => from(readRuns(home).flat(), 'message').length === 1)
    const stats = JSON.parse((await logboom(['stats', '--home', home, '--json'])).stdout.toString())
    expect(stats).toMatchObject({
      servers: [{ server: 'busy', runs: 1, alive: 1 }],
      tools: [{ tool: 'slow', open: 1 }],
    })
    tap.end()
    await tap.ended()
  })
})

describe('the home', () => {
  test('is private', async () => {
    const home = await story()
    expect(statSync(home).mode & 0o777).toBe(0o700)
    for (const file of filesUnder(home)) expect(statSync(file).mode & 0o077).toBe(0)
  })

  test('comes from --home, else LOGBOOM_HOME, else the data directory', async () => {
    const { root } = places()
    const [flag, env, data] = ['flag', 'env', 'data'].map((name) => join(root, name)) as [
      string,
      string,
      string,
    ]
    const tap = async (args: string[], vars: Record<string, string>): Promise<void> => {
      const tapped = start([NODE, MAIN, 'tap', ...args, '--server', 's', '--', NODE, '-e', '0'], {
        env: vars,
      })
      tapped.end()
      await tapped.ended()
    }
    await tap(['--home', flag], { LOGBOOM_HOME: env, XDG_DATA_HOME: data, HOME: root })
    expect([flag, env, data].map(existsSync)).toEqual([true, false, false])
    await tap([], { LOGBOOM_HOME: env, XDG_DATA_HOME: data, HOME: root })
    expect([env, data].map(existsSync)).toEqual([true, false])
    await tap([], { XDG_DATA_HOME: data, HOME: root })
    expect(readRuns(join(data, 'logboom'))).toHaveLength(1)
  })

  test('an empty or missing home is told, not an error', async () => {
    const home = join(tempDir(), 'nothing-here')
    for (const command of [['tail'], ['query', 'x'], ['calls'], ['stats']]) {
      const { code, stdout, stderr } = await logboom([...command, '--home', home])
      expect({ command, code, stdout: stdout.toString() }).toEqual({ command, code: 0, stdout: '' })
      expect(stderr.toString().trim()).not.toBe('')
    }
  })

  test('a file that is no journal is named, and the others are read', async () => {
    const home = await story()
    const before = readRuns(home).flat().length
    const journal = filesUnder(home)[0] ?? ''
    const name = journal.split('/').at(-1) ?? ''
    writeFileSync(join(home, 'journal', `ffff${name.slice(4)}`), 'not a journal\n')
    writeFileSync(join(home, 'journal', 'notes.txt'), 'not even the name of one\n')
    const stats = JSON.parse((await logboom(['stats', '--home', home, '--json'])).stdout.toString())
    expect(stats.problems).toHaveLength(1)
    const tail = await logboom(['tail', '--home', home, '--json', '-n', '1000'])
    expect(ndjson(tail.stdout)).toHaveLength(before)
  })
})

describe('bad usage is one clear line on stderr and an exit code', () => {
  const file = (): string => {
    const path = join(tempDir(), 'file')
    writeFileSync(path, '')
    return path
  }
  const cases: { name: string; args: () => string[]; code: number; says: RegExp }[] = [
    { name: 'an unknown command', args: () => ['tial'], code: 2, says: /tail/ },
    { name: 'an unknown option', args: () => ['tail', '--jsn'], code: 2, says: /--json/ },
    {
      name: 'an unknown option of tap',
      args: () => ['tap', '--sever', 'x', '--', 'ls'],
      code: 2,
      says: /--server/,
    },
    { name: 'nothing after --', args: () => ['tap', '--server', 'x', '--'], code: 2, says: /--/ },
    { name: 'no -- at all', args: () => ['tap', '--server', 'x'], code: 2, says: /--/ },
    {
      name: 'a forgotten --',
      args: () => ['tap', 'node', 'server.js'],
      code: 2,
      says: /tap -- node server\.js/,
    },
    { name: 'a missing query', args: () => ['query'], code: 2, says: /query/ },
    { name: 'a number that is none', args: () => ['tail', '-n', 'many'], code: 2, says: /many/ },
    { name: 'a level that is none', args: () => ['tail', '--level', 'warnin'], code: 2, says: /warning/ },
    { name: 'a time that is none', args: () => ['tail', '--since', 'yesterday-ish'], code: 2, says: /15m/ },
    { name: 'a home that is a file', args: () => ['tail', '--home', file()], code: 1, says: /home/i },
  ]
  test.each(cases)('$name', async ({ args, code, says }) => {
    const ended = await logboom(args())
    const lines = ended.stderr.toString().trimEnd().split('\n')
    expect({ code: ended.code, stdout: ended.stdout.toString(), lines: lines.length }).toEqual({
      code,
      stdout: '',
      lines: 1,
    })
    expect(lines[0]).toMatch(/^logboom: /)
    expect(lines[0]).toMatch(says)
  })

  test.each([
    ['level:>=warning (server:a', 16],
    ['level:>=loud', 7],
    ['@a:>1 AND', 7],
    ['/(/', 1],
    ['"open', 1],
  ])('a query error shows a caret: %s', async (query, from) => {
    const home = tempDir()
    mkdirSync(join(home, 'journal'))
    const ended = await logboom(['query', '--home', home, query])
    const lines = ended.stderr.toString().trimEnd().split('\n')
    expect({ code: ended.code, stdout: ended.stdout.toString(), lines: lines.length }).toEqual({
      code: 2,
      stdout: '',
      lines: 3,
    })
    expect(lines[0]).toMatch(/^logboom: .*column \d+/)
    expect(lines[1]?.trim()).toBe(query)
    const column = Number(lines[0]?.match(/column (\d+)/)?.[1])
    expect(lines[2]).toBe(`${' '.repeat((lines[1]?.indexOf(query) ?? 0) + column - 1)}^`)
    expect(column).toBeGreaterThanOrEqual(from)

    const json = await logboom(['query', '--home', home, '--json', query])
    expect(JSON.parse(json.stderr.toString())).toMatchObject({ error: { code: 'LB_QUERY_SYNTAX', column } })
  })
})
