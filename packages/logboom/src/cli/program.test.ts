import { LogboomError } from '@logboom/sdk/errors'
import { describe, expect, it } from 'vitest'
import type { Context } from './context.ts'
import { useColor } from './options.ts'
import { runProgram } from './program.ts'
import { call, fakeContext, memoryStore, NOON, record } from './testing.ts'

const records = [
  record({ time: NOON - 7_200_000, message: 'old', server: 'model' }),
  record({ time: NOON - 60_000, message: 'new warning', level: 'warning' }),
  record({ time: NOON - 50_000, message: 'pinged', call: call({ tool: 'ping' }) }),
]

/** Runs a command line on `records`; gives the messages it printed with --json. */
const messages = async (command: string, ...argv: string[]): Promise<string[]> => {
  const context = fakeContext(memoryStore({ records }))
  await runProgram([command, '--json', ...argv], context)
  return context
    .printed()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line).message)
}

const refused = async (...argv: string[]): Promise<LogboomError> => {
  try {
    await runProgram(argv, fakeContext(memoryStore({})))
  } catch (error) {
    if (error instanceof LogboomError) return error
  }
  throw new Error('was not refused')
}

describe('reading commands', () => {
  it('print the records that match, as they are, one JSON line each', async () => {
    const context = fakeContext(memoryStore({ records }))
    await runProgram(['query', 'level:>=warning', '--json'], context)
    expect(JSON.parse(context.printed())).toEqual(records[1])
  })

  it('take a query in several words, and one that begins with a minus', async () => {
    expect(await messages('query', 'level:warning', 'new')).toEqual(['new warning'])
    expect(await messages('query', '-tool:ping')).toEqual(['old', 'new warning'])
    expect(await messages('query', '--since', '1h', '--', '-tool:ping')).toEqual(['new warning'])
  })

  it('add the sugar options to the query by AND', async () => {
    expect(await messages('query', 'new', '--server', 'model')).toEqual([])
    expect(await messages('tail', '--server', 'mod*', '--server', 'other')).toEqual(['old'])
    expect(await messages('tail', '--level', 'WARN')).toEqual(['new warning'])
    expect(await messages('tail', '--tool', 'ping')).toEqual(['pinged'])
  })

  it('bound the time and the number', async () => {
    expect(await messages('tail', '--since', '1h')).toEqual(['new warning', 'pinged'])
    expect(await messages('tail', '--until', '1h')).toEqual(['old'])
    expect(await messages('tail', '-n', '1')).toEqual(['pinged'])
    expect(await messages('tail', '-n', '0')).toEqual([])
  })

  it('open the home that --home names, else that of the environment, and close its store', async () => {
    const store = memoryStore({ records })
    const context = fakeContext(store)
    await runProgram(['tail'], context)
    await runProgram(['tail', '--home', '/tmp/other'], context)
    expect(context.opened).toEqual(['/nowhere/logboom', '/tmp/other'])
    expect(store.closed).toBe(true)
  })

  it('shows the last 20 with tail and everything with query', async () => {
    const store = memoryStore({ records })
    await runProgram(['tail'], fakeContext(store))
    await runProgram(['query', 'old'], fakeContext(store))
    expect(store.asked.map((query) => query.limit)).toEqual([20, undefined])
  })

  it('follow until they are told to stop', async () => {
    const stop = new AbortController()
    const context = fakeContext(memoryStore({ records }), { signal: stop.signal })
    const done = runProgram(['tail', '-f', '--utc'], context)
    stop.abort('interrupt')
    await done
    expect(context.notes.join()).toContain('Following')
  })

  it('print stats as one object with --json', async () => {
    const context = fakeContext(memoryStore({ records }))
    await runProgram(['stats', '--json'], context)
    expect(JSON.parse(context.printed())).toMatchObject({ servers: [], dropped: {} })
  })
})

describe('what was looked for', () => {
  const printed = async (...argv: string[]): Promise<string> => {
    const context = fakeContext(memoryStore({ records }))
    await runProgram(argv, context)
    return context.printed()
  }

  it('is marked where colours are on: words of the query, and words to highlight, which filter nothing', async () => {
    expect(await printed('query', 'WARN', '--color')).toContain('new \u001b[7mwarn\u001b[27ming')
    const tail = await printed('tail', '--color', '--highlight', 'NEW', '--highlight', 'ping')
    expect(tail).toContain('\u001b[7mnew\u001b[27m warning')
    expect(tail).toContain('\u001b[7mping\u001b[27med')
    expect(tail).toContain('old')
    expect(await printed('tail', '--no-color', '--highlight', 'new')).not.toContain('\u001b')
    expect(await printed('query', 'warn', '--json', '--color')).not.toContain('\u001b')
  })

  it('is marked in fields and failures when asked for by name', async () => {
    const failed = [
      record({ attributes: { path: '/tmp/needle' } }),
      record({
        source: 'call',
        level: 'error',
        call: call({ status: 'tool_error' }),
        attributes: { result: { content: [{ type: 'text', text: 'no Needle' }] } },
      }),
    ]
    const context = fakeContext(memoryStore({ records: failed }))
    await runProgram(['tail', '--color', '--highlight', 'needle'], context)
    expect(context.printed()).toContain('/tmp/\u001b[7mneedle\u001b[27m')
    expect(context.printed()).toContain('no \u001b[7mNeedle\u001b[27m')
  })
})

describe('nothing to show', () => {
  it('is explained on stderr: where was looked, and how to capture a first server', async () => {
    for (const argv of [['tail'], ['query', 'x'], ['calls'], ['stats']]) {
      const context = fakeContext(memoryStore({}))
      await runProgram(argv, context)
      expect(context.printed()).toBe('')
      expect(context.notes.join()).toMatch(/No records yet in \/nowhere\/logboom.*logboom tap --/)
    }
  })

  it('is told apart from nothing that matches', async () => {
    const context = fakeContext(memoryStore({ records }))
    await runProgram(['query', 'never-said'], context)
    expect(context.notes.join()).toMatch(/Nothing in \/nowhere\/logboom matches/)
    await runProgram(['query', 'levl:error'], context)
    expect(context.notes.join()).toMatch(/'levl' is no field of records; did you mean 'level'\?/)
  })
})

describe('bad usage', () => {
  it.each([
    [['query', 'x', '--sinc', '1h'], /unknown option '--sinc'/, /--since/],
    [['query', '-error'], /unknown option '-error'/, /goes after --/],
    [['quer', 'x'], /unknown command 'quer'/, /query/],
    [['frobnicate'], /unknown command/, /logboom --help/],
    [['query'], /missing required argument/, /logboom query --help/],
    [['tail', '-n', 'many'], /--limit needs a whole number, not 'many'/, /--limit 100/],
    [['tail', '--since', 'yesterday'], /--since does not understand/, /15m/],
    [['tail', '--since', '1h', '--until', '2h'], /--since is not before --until/, /Swap/],
    [['tail', '--level', 'warnin'], /--level does not know 'warnin'/, /'warning'/],
    [['tail', '--color', 'blue'], /--color does not know 'blue'/, /auto, always, never/],
    [['tail', '--home'], /argument missing/, /logboom tail --help/],
    [['query', 'x', '--sql', 'SELECT 1'], /--sql does not go with a query/, /WHERE/],
    [['query', '--sql', 'SELECT 1', '--since', '1h'], /--sql does not go with --since/, /WHERE/],
    [['query', '--sql', 'SELECT 1', '--timeout', 'soon'], /--timeout does not understand 'soon'/, /30s/],
    [['query', 'x', '--timeout', '1s'], /--timeout goes with --sql/, /Leave/],
    [['query', '--sql', 'SELECT 1'], /--sql needs the store/, /query/],
    [['prune'], /needs --older-than or --max-size/, /--dry-run/],
    [['prune', '--older-than', 'long'], /--older-than does not understand 'long'/, /7d/],
    [['prune', '--max-size', '10s'], /--max-size does not understand '10s'/, /500mb/],
    [['prune', '--server', 'x', '--max-size', '1gb'], /--server goes with --older-than/, /all servers/],
    [['prune', '--server', 'x*', '--older-than', '1d'], /whole names/, /stats/],
  ])('%j is refused and says what to do', async (argv, message, hint) => {
    const error = await refused(...argv)
    expect(error.exitCode).toBe(2)
    expect(error.message).toMatch(message)
    expect(error.message).not.toContain('\n')
    expect(error.hint).toMatch(hint)
  })

  it('in a query names the column in what the user wrote', async () => {
    const error = await refused('query', 'level:(error', '--server', 'x')
    expect(error).toMatchObject({ code: 'LB_QUERY_SYNTAX', exitCode: 2, column: 13, input: 'level:(error' })
  })

  it('in a regular expression names the place of the expression', async () => {
    const error = await refused('query', '消息 /a(?=b)/')
    expect(error).toMatchObject({ code: 'LB_QUERY_SYNTAX', column: 4 })
    expect(error.message).toMatch(/RE2/)
  })
})

describe('help and version', () => {
  it('go to stdout', async () => {
    for (const argv of [[], ['--help'], ['help', 'tail'], ['tail', '--help'], ['tap', '--help']]) {
      const context = fakeContext(memoryStore({}))
      await runProgram(argv, context)
      expect(context.printed()).toContain('Usage: logboom')
      expect(context.printed()).toContain('Examples:')
    }
    const context = fakeContext(memoryStore({}))
    await runProgram(['-V'], context)
    expect(context.printed()).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it('explain the marks of attribution', async () => {
    const context = fakeContext(memoryStore({}))
    await runProgram(['tail', '--help'], context)
    expect(context.printed()).toMatch(/~ +inferred/)
    expect(context.printed()).toMatch(/\?2 +ambiguous/)
  })
})

describe('colour', () => {
  const on = (option: string | boolean | undefined, env: Record<string, string>, isTTY = false): boolean =>
    useColor(option, { env, out: { isTTY } as Context['out'] })

  it('is for terminals, unless told otherwise: option before NO_COLOR before FORCE_COLOR', () => {
    expect(on(undefined, {}, true)).toBe(true)
    expect(on(undefined, {})).toBe(false)
    expect(on('auto', { TERM: 'dumb' }, true)).toBe(false)
    expect(on(undefined, { NO_COLOR: '1' }, true)).toBe(false)
    expect(on(undefined, { NO_COLOR: '' }, true)).toBe(true)
    expect(on(undefined, { FORCE_COLOR: '1' })).toBe(true)
    expect(on(undefined, { FORCE_COLOR: '0' }, true)).toBe(false)
    expect(on(undefined, { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false)
    expect(on('always', { NO_COLOR: '1' })).toBe(true)
    expect(on(true, {})).toBe(true)
    expect(on(false, { FORCE_COLOR: '1' }, true)).toBe(false)
    expect(on('never', {}, true)).toBe(false)
  })
})
