/** What real libraries wrote (each fixture was captured from the library it is named for), as the groups it must become. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createGrouper } from './grouper.ts'
import type { LineGroup } from './types.ts'

const utc = (year: number, month: number, day: number, hour: number, minute: number, second: number) =>
  Date.UTC(year, month - 1, day, hour, minute, second)

const groupsOf = (name: string): LineGroup[] => {
  const groups: LineGroup[] = []
  const grouper = createGrouper({ idle: 60, local: utc, onGroup: (group) => groups.push(group) })
  const text = readFileSync(new URL(`fixtures/${name}.txt`, import.meta.url), 'utf8')
  const at = Date.parse('2026-11-22T15:14:00Z')
  for (const line of text.replace(/\n$/, '').split('\n')) {
    grouper.line({ text: line, from: at, to: at, bytes: line.length, cut: false })
  }
  grouper.flush()
  return groups
}

/** Level, pattern, lines, first line, and what was thrown: enough to tell one record from another. */
const brief = ({ level, pattern, message, attributes }: LineGroup): string => {
  const lines = message.split('\n')
  const thrown = attributes['exception.type']
  return [
    level ?? '-',
    pattern ?? '-',
    lines.length,
    lines[0],
    ...(thrown === undefined ? [] : [`! ${thrown}`]),
  ].join(' | ')
}

const briefs = (name: string): string[] => groupsOf(name).map(brief)

describe('FastMCP for Python', () => {
  it('becomes one record each for banner, wrapped records and Rich tracebacks, with the right levels', () => {
    const call = [
      'info | rich | 1 | analysing 3 rows',
      `info | rich | 1 | a long message ${Array.from({ length: 40 }, (_, n) => `word${n}`).join(' ')}`,
      'warning | rich | 1 | path /very/long/path/without/any/spaces/that/cannot/be/wrapped/nicely/and/so/is/folded/in/the/middle/of/it.txt done',
      'error | rich | 2 | multi',
      'debug | rich | 1 | Sending INFO to client: to client',
    ]
    const thrown = [
      'error | rich-traceback | 13 | analysis failed | ! KeyError',
      "error | rich-traceback | 24 | Error calling tool 'analyze' | ! ValueError",
    ]
    const groups = briefs('fastmcp-python')
    expect(groups[0]).toMatch(/^- \| - \| 15 \| ╭─+╮$/)
    expect(groups.slice(1)).toEqual([
      "info | rich | 1 | Starting MCP server 'Analytics' with transport 'stdio'",
      ...call,
      'warning | python-warning | 2 | MCPDeprecationWarning: The logging capability is deprecated as of 2026-07-28 (SEP-2577).',
      ...thrown,
      "warning | rich | 1 | Invalid arguments for tool 'analyze': {'error_count': 1, 'error_types': ['int_parsing']}",
      ...call,
      ...thrown,
    ])
  })

  it('keeps place, time and what was thrown', () => {
    const groups = groupsOf('fastmcp-python')
    const wrapped = groups.find((group) => group.message.startsWith('Invalid arguments'))
    expect(wrapped?.attributes).toEqual({ 'code.file.path': 'server.py', 'code.line.number': 1509 })
    const tool = groups.find((group) => group.message.startsWith('Error calling tool'))
    expect(tool?.attributes).toEqual({
      'exception.type': 'ValueError',
      'exception.message': 'bad rows: nothing to analyse',
    })
    expect(tool?.message).toMatch(
      /\n│ ❱ 17 │ {3}raise ValueError\("bad rows.*\n[\s\S]*\nValueError: bad rows: nothing to analyse$/,
    )
    // The time is left out on records of the same second.
    const [first, second] = groups.filter((group) => group.message === 'analysing 3 rows')
    expect(new Date(first?.time ?? 0).toISOString()).toBe('2026-11-22T15:13:05.000Z')
    expect(new Date(second?.time ?? 0).toISOString()).toBe('2026-11-22T15:13:06.000Z')
  })
})

describe("Rich's own handler", () => {
  it('becomes one record each: chained tracebacks, no path, no time, wide characters', () => {
    expect(briefs('rich-handler')).toEqual([
      'info | rich | 1 | hello',
      `warning | rich | 1 | ${Array.from({ length: 20 }, () => 'longer').join(' ')}`,
      'error | rich | 42 | failed | ! RuntimeError',
      `info | rich | 1 | ${'分析数据'.repeat(20)}`,
      `info | rich | 1 | ${Array.from({ length: 15 }, () => 'no path').join(' ')}`,
      'error | rich | 6 | plain tb | ! ZeroDivisionError',
      `error | rich | 1 | ${Array.from({ length: 15 }, () => 'no time').join(' ')}`,
    ])
  })

  it('undoes the wrapping of what was thrown', () => {
    const chained = groupsOf('rich-handler').find((group) => group.message.startsWith('failed'))
    expect(chained?.attributes['exception.message']).toBe(
      Array.from({ length: 12 }, () => 'wrapped').join(' '),
    )
  })
})

describe('Python', () => {
  it("reads logging's usual formats and puts tracebacks to their records", () => {
    expect(briefs('python-logging')).toEqual([
      'warning | python-logging | 1 | disk nearly full',
      'debug | python-logging | 1 | select 1',
      'critical | python-logging | 1 | gone',
      'error | python-logging | 6 | boom | ! ZeroDivisionError',
      'error | python-logging | 14 | chained | ! RuntimeError',
      'info | python-logging | 1 | multi',
      '- | - | 1 | line',
      ...[
        ...Array.from({ length: 4 }, () => 'python-asctime | 1 | slow query: 2.3s'),
        'python-asctime | 1 | app.db slow query: 2.3s',
        'python-asctime | 1 | slow query: 2.3s',
        'level | 1 | slow query: 2.3s',
        'python-asctime | 1 | slow query: 2.3s',
        'level | 1 | slow query: 2.3s',
        'python-asctime | 1 | slow query: 2.3s',
        'level | 1 | app.db: slow query: 2.3s',
        ...Array.from({ length: 2 }, () => 'python-asctime | 1 | slow query: 2.3s'),
        'level | 1 | slow query: 2.3s',
        'python-logging | 1 | slow query: 2.3s',
      ].map((text) => `warning | ${text}`),
      'error | python-logging | 10 | grp | ! ExceptionGroup',
      'error | python-traceback | 13 | Traceback (most recent call last): | ! ZeroDivisionError',
    ])
  })

  it('reads uvicorn', () => {
    const info = (text: string) => `info | uvicorn | 1 | ${text}`
    expect(briefs('uvicorn').map((text) => text.replace(/\[\d+\]|127\.0\.0\.1:\d+ /, ''))).toEqual([
      info('Started server process '),
      info('Waiting for application startup.'),
      info("ASGI 'lifespan' protocol appears unsupported."),
      info('Application startup complete.'),
      info(
        'Uvicorn running on http://127.0.0.1:38123 (Press CTRL+C to quit)'.replace('127.0.0.1:38123 ', ''),
      ),
      info('- "GET /a?x=1 HTTP/1.1" 200 OK'),
      'error | uvicorn | 12 | Exception in ASGI application | ! ValueError',
      info('- "GET /boom HTTP/1.1" 500 Internal Server Error'),
      info('Shutting down'),
      info('Finished server process '),
    ])
  })

  it('reads loguru with its annotated tracebacks', () => {
    expect(briefs('loguru')).toEqual([
      'info | loguru | 1 | hello x',
      'warning | loguru | 1 | w',
      'notice | loguru | 1 | s',
      'error | loguru | 14 | failed | ! ZeroDivisionError',
      'critical | loguru | 1 | two',
      '- | - | 1 | lines',
    ])
  })

  it('reads structlog: coloured console with a Rich traceback, JSON, logfmt', () => {
    expect(briefs('structlog')).toEqual([
      'info | structlog | 1 | user logged in',
      'warning | structlog | 1 | w',
      'error | structlog | 1 | named',
      'error | structlog | 24 | failed | ! ZeroDivisionError',
      'info | structlog | 1 | iso',
      'info | json | 1 | json',
      'error | json | 1 | failed',
      'info | logfmt | 1 | lf mt',
      'info | logfmt | 1 | kv',
    ])
    expect(groupsOf('structlog')[0]?.attributes).toEqual({ user: 'ann', n: '3', path: '/a b' })
  })

  it('reads JSON formatters', () => {
    expect(briefs('python-json')).toEqual(['warning | json | 1 | hi', 'error | json | 1 | boo'])
  })
})

describe('Node', () => {
  it('reads pino, pino-pretty, winston, bunyan and what the console prints', () => {
    expect(briefs('node-loggers')).toEqual([
      'info | json | 1 | hello',
      'error | json | 1 | failed',
      'warning | json | 1 | slow',
      'info | pino-pretty | 1 | hello',
      'error | pino-pretty | 11 | failed | ! Error',
      'warning | pino-pretty | 1 | plain',
      'debug | pino-pretty | 1 | ',
      'info | pino-pretty | 1 | two',
      '- | - | 1 | lines',
      'info | pino-pretty | 1 | std time',
      'info | pino-pretty | 1 | single {"k":1}',
      'info | json | 1 | winston json',
      'error | json | 1 | ',
      'info | level | 1 | winston simple {"k":1}',
      'debug | level | 1 | x',
      'debug | level | 1 | v',
      'error | level | 1 | plain',
      'warning | stamped | 1 | printf form',
      'info | level | 1 | cli',
      'info | json | 1 | bunyan',
      'error | json | 1 | bunyan',
      'error | node-stack | 2 | Error: plain error | ! Error',
      'error | node-stack | 5 | prefix: TypeError: t | ! TypeError',
      '- | - | 8 | {',
      'error | node-stack | 7 | Error: sys | ! Error',
      'error | node-stack | 9 | AggregateError: all failed | ! AggregateError',
      '- | - | 9 | {',
      'warning | node-warning | 2 | DeprecationWarning: deprecated thing',
      '- | - | 2 | Trace: traced',
    ])
  })

  it('makes fields of what pino-pretty prints below a line', () => {
    const hello = groupsOf('node-loggers').find((group) => group.pattern === 'pino-pretty')
    expect(hello).toMatchObject({
      message: 'hello',
      logger: 'api',
      attributes: { user: 'ann', nested: { a: 1, b: [1, 2] } },
    })
  })

  it('makes one error of an uncaught error, from its source line to the version of Node', () => {
    const groups = groupsOf('node-uncaught')
    expect(groups.map((group) => [group.level, group.pattern, group.attributes['exception.type']])).toEqual(
      [
        'TypeError',
        'Error',
        'UnhandledPromiseRejection',
        undefined,
        'SyntaxError',
        'Error',
        'AggregateError',
        'Error',
      ].map((type) => ['error', 'node-stack', type]),
    )
    for (const group of groups) expect(group.message).toMatch(/Node\.js v20\.\d+\.\d+$/)
    expect(groups.at(-1)?.attributes['exception.message']).toBe(
      "Cannot find module 'nope'\nRequire stack:\n- /srv/app/c.cjs",
    )
  })
})

describe('other languages', () => {
  it('reads Java stack traces with causes', () => {
    expect(briefs('java').filter((text) => text.startsWith('error'))).toEqual([
      'error | java-stack | 6 | java.lang.IllegalStateException: bad state | ! java.lang.IllegalStateException',
      'error | level | 3 | jul exc | ! java.lang.RuntimeException',
      'error | java-stack | 6 | Exception in thread "main" java.lang.IllegalStateException: bad state | ! java.lang.IllegalStateException',
    ])
  })

  it('reads Rust panics with notes and backtraces', () => {
    const panics = groupsOf('rust')
    const messages = [
      'index out of bounds: the len is 1 but the index is 3',
      'two',
      'called `Result::unwrap()` on an `Err` value: "bad"',
      'index out of bounds: the len is 1 but the index is 3',
      'two\nlines',
      'called `Result::unwrap()` on an `Err` value: "bad"',
    ]
    const told = panics.filter((group) => group.level === 'error')
    expect(told.map((group) => group.attributes['exception.message'])).toEqual(messages)
    for (const group of told) expect(group.pattern).toBe('rust-panic')
  })

  it('keeps a drawn box together, at no level', () => {
    expect(briefs('sequential-thinking')).toEqual([
      '- | - | 1 | Sequential Thinking MCP Server running on stdio',
      '- | - | 5 | ┌────────────────────────────┐',
    ])
  })
})
