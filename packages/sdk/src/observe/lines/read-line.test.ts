import { describe, expect, it } from 'vitest'
import { readLine } from './read-line.ts'
import type { Said } from './said.ts'
import { stripAnsi } from './text.ts'

const clock = {
  local: (year: number, month: number, day: number, hour: number, minute: number, second: number) =>
    Date.UTC(year, month - 1, day, hour, minute, second),
  at: Date.parse('2026-11-22T14:40:00Z'),
}
const read = (text: string): Said | undefined => readLine(stripAnsi(text), clock)

const STAMP = Date.parse('2026-11-22T14:34:05Z')
const MILLIS = STAMP + 123

// [line, level, pattern, logger, message, attributes, time]
type Sample = [string, string, string, string | undefined, string, object?, number?]

const SAMPLES: readonly Sample[] = [
  ['WARNING:app.db:slow: 2s', 'warning', 'python-logging', 'app.db', 'slow: 2s'],
  ['app.db - ERROR - gone', 'error', 'python-logging', 'app.db', 'gone'],
  [
    '2026-11-22 14:34:05,123 - app.db - WARNING - slow',
    'warning',
    'python-asctime',
    'app.db',
    'slow',
    {},
    MILLIS,
  ],
  ['2026-11-22 14:34:05,123 - INFO - up', 'info', 'python-asctime', undefined, 'up', {}, MILLIS],
  ['[2026-11-22 14:34:05,123] CRITICAL app: gone', 'critical', 'python-asctime', 'app', 'gone', {}, MILLIS],
  ['2026-11-22 14:34:05,123 [DEBUG] app.db: q', 'debug', 'python-asctime', 'app.db', 'q', {}, MILLIS],
  ['2026-11-22 14:34:05,123 | INFO | app.db | q', 'info', 'python-asctime', 'app.db', 'q', {}, MILLIS],
  ['INFO:     Started server process [1]', 'info', 'uvicorn', undefined, 'Started server process [1]'],
  ['WARNING:  x', 'warning', 'uvicorn', undefined, 'x'],
  [
    '2026-11-22 14:34:05.123 | SUCCESS  | app.main:run:12 - done',
    'notice',
    'loguru',
    'app.main',
    'done',
    { 'code.function.name': 'run', 'code.line.number': 12 },
    MILLIS,
  ],
  [
    "\x1b[2m2026-11-22 14:34:05\x1b[0m [\x1b[32m\x1b[1minfo     \x1b[0m] \x1b[1mlogged in      \x1b[0m \x1b[36mn\x1b[0m=\x1b[35m3\x1b[0m path='/a b'",
    'info',
    'structlog',
    undefined,
    'logged in',
    { n: '3', path: '/a b' },
    STAMP,
  ],
  [
    '2026-11-22T14:34:05.123000Z [error    ] failed     [app.db] k=1',
    'error',
    'structlog',
    'app.db',
    'failed',
    { k: '1' },
    MILLIS,
  ],
  [
    '[14:34:05.123] \x1b[32mINFO\x1b[39m (api/7310): \x1b[36mhello\x1b[39m',
    'info',
    'pino-pretty',
    'api',
    'hello',
  ],
  ['[2026-11-22 14:34:05.123 +0000] WARN (7310): hi', 'warning', 'pino-pretty', undefined, 'hi', {}, MILLIS],
  ['[14:34:05.123] FATAL: single', 'critical', 'pino-pretty', undefined, 'single'],
  [
    'time=2026-11-22T14:34:05.123Z level=INFO msg="hello world" k=v err="a \\"b\\""',
    'info',
    'slog',
    undefined,
    'hello world',
    { k: 'v', err: 'a "b"' },
    MILLIS,
  ],
  ['time=2026-11-22T14:34:05.123Z level=ERROR+4 msg=bad', 'error', 'slog', undefined, 'bad', {}, MILLIS],
  ['level=warn ts=2026-11-22T14:34:05Z logger=db msg="x y"', 'warning', 'logfmt', 'db', 'x y', {}, STAMP],
  [
    '2026/11/22 14:34:05 INFO started port=80 name="a b"',
    'info',
    'go-log',
    undefined,
    'started',
    { port: '80', name: 'a b' },
    STAMP,
  ],
  [
    '2026-11-22T14:34:05.123000Z  INFO my_app::db: saved rows=3',
    'info',
    'tracing',
    'my_app::db',
    'saved',
    { rows: '3' },
    MILLIS,
  ],
  [
    '2026-11-22T14:34:05Z ERROR request{id=1}:load: my_app: failed',
    'error',
    'tracing',
    'my_app',
    'failed',
    { spans: ['request{id=1}', 'load'] },
    STAMP,
  ],
  [' WARN my_app: no time', 'warning', 'tracing', 'my_app', 'no time'],
  [
    '[2026-11-22T14:34:05Z WARN  my_app::x] started',
    'warning',
    'env-logger',
    'my_app::x',
    'started',
    {},
    STAMP,
  ],
  ['14:34:05.123 [main] ERROR c.e.App -- hi', 'error', 'logback', 'c.e.App', 'hi', { 'thread.name': 'main' }],
  [
    '2026-11-22T14:34:05.123Z  WARN 1 --- [           main] c.e.App  : up',
    'warning',
    'spring-boot',
    'c.e.App',
    'up',
    {},
    MILLIS,
  ],
  [
    '2026-11-22T14:34:05.123Z [server] [error] Message from client',
    'error',
    'stamped',
    'server',
    'Message from client',
    {},
    MILLIS,
  ],
  ['2026-11-22T14:34:05.123Z [srv] warn: printf', 'warning', 'stamped', 'srv', 'printf', {}, MILLIS],
  [
    '2026-11-22 14:34:05.123 [error] user-x: Client error',
    'error',
    'stamped',
    undefined,
    'user-x: Client error',
    {},
    MILLIS,
  ],
  ['[INFO] up', 'info', 'level', undefined, 'up'],
  ['[api] [debug] up', 'debug', 'level', 'api', 'up'],
  ['ERROR: no', 'error', 'level', undefined, 'no'],
  ['INFO up', 'info', 'level', undefined, 'up'],
  ['\x1b[32minfo\x1b[39m: simple {"k":1}', 'info', 'level', undefined, 'simple {"k":1}'],
  ['fail: App.Job[3] x', 'error', 'dotnet', 'App.Job', 'x', { eventId: 3 }],
  [
    '(node:1) [DEP0040] DeprecationWarning: punycode',
    'warning',
    'node-warning',
    undefined,
    'DeprecationWarning: punycode',
    { code: 'DEP0040' },
  ],
  [
    'x.py:3: UserWarning: old',
    'warning',
    'python-warning',
    undefined,
    'UserWarning: old',
    { 'code.file.path': 'x.py', 'code.line.number': 3 },
  ],
  [
    '/srv/app/x.py:12: UserWarning: old',
    'warning',
    'python-warning',
    undefined,
    'UserWarning: old',
    { 'code.file.path': '/srv/app/x.py', 'code.line.number': 12 },
  ],
]

describe('readLine', () => {
  it.each(SAMPLES)('reads %j', (line, level, pattern, logger, message, attributes = {}, time) => {
    const said = read(line)
    expect(said).toMatchObject({ level, pattern })
    expect(said?.logger).toBe(logger)
    expect(said?.message).toBe(message)
    expect(said?.attributes).toEqual(attributes)
    if (time !== undefined) expect(said?.time).toBe(time)
  })

  it.each([
    'Error handling is fine',
    'Warning: prose that nobody marked',
    'http: TLS handshake error',
    'info about the server',
    'the level=info of it',
    'a=b c=d',
    '1234 items',
    '[1/3] step',
    '[my-server] hello',
    'Secure MCP Filesystem Server running on stdio',
    '',
    '{not json}',
    '[1,2]',
  ])('leaves %j unknown', (line) => {
    expect(read(line)).toBeUndefined()
  })

  it('reads a stamp with no level as a time and nothing else', () => {
    expect(read('2026/11/22 14:34:05 plain')).toEqual({ message: 'plain', attributes: {}, time: STAMP })
  })

  it('shows control characters in message and logger instead of sending them', () => {
    expect(read('INFO:a\x07b:x\ry\u2028z\x9b')).toMatchObject({
      logger: 'a\\x07b',
      message: 'x\\ry\\u2028z\\x9b',
    })
  })

  it('reads the head of a line however long its message is', () => {
    const long = 'x'.repeat(200_000)
    expect(read(`ERROR:root:${long}`)?.message).toBe(long)
  })
})

describe('a JSON line', () => {
  const json = (value: unknown) => read(JSON.stringify(value))

  it.each([
    [
      'pino',
      { level: 50, time: MILLIS, pid: 1, hostname: 'h', name: 'api', msg: 'm', k: 1 },
      { level: 'error', logger: 'api', time: MILLIS, attributes: { pid: 1, hostname: 'h', k: 1 } },
    ],
    [
      'bunyan',
      { name: 'b', hostname: 'h', pid: 1, level: 40, msg: 'm', time: '2026-11-22T14:34:05.123Z', v: 0 },
      { level: 'warning', logger: 'b', time: MILLIS },
    ],
    [
      'winston',
      { level: 'silly', message: 'm', timestamp: '2026-11-22T14:34:05.123Z', k: 1 },
      { level: 'debug', time: MILLIS, attributes: { k: 1 } },
    ],
    [
      'structlog',
      { event: 'm', level: 'critical', timestamp: '2026-11-22T14:34:05.123Z', logger: 'a.b' },
      { level: 'critical', logger: 'a.b', time: MILLIS },
    ],
    [
      'python-json-logger',
      { asctime: '2026-11-22 14:34:05,123', levelname: 'WARNING', name: 'a.b', message: 'm' },
      { level: 'warning', logger: 'a.b', time: MILLIS },
    ],
    ['a Python level number', { levelno: 30, message: 'm' }, { level: 'warning' }],
    [
      'zap',
      { level: 'dpanic', ts: MILLIS / 1000, caller: 'a.go:1', msg: 'm' },
      { level: 'critical', time: MILLIS, attributes: { caller: 'a.go:1' } },
    ],
    [
      'slog',
      { time: '2026-11-22T14:34:05.123Z', level: 'WARN', msg: 'm', k: { a: 1 } },
      { level: 'warning', time: MILLIS, attributes: { k: { a: 1 } } },
    ],
    [
      'tracing',
      { timestamp: '2026-11-22T14:34:05.123Z', level: 'INFO', fields: { message: 'm', n: 1 }, target: 'app' },
      { level: 'info', logger: 'app', time: MILLIS, attributes: { n: 1 } },
    ],
    [
      'ECS',
      { '@timestamp': '2026-11-22T14:34:05.123Z', log: { level: 'warn', logger: 'x' }, message: 'm' },
      { level: 'warning', logger: 'x', time: MILLIS, attributes: {} },
    ],
    [
      'Google Cloud',
      {
        severity: 'EMERGENCY',
        message: 'm',
        'logging.googleapis.com/trace': 'projects/p/traces/0AF7651916CD43DD8448EB211C80319C',
      },
      { level: 'emergency', traceId: '0af7651916cd43dd8448eb211c80319c' },
    ],
    [
      'Serilog',
      { '@t': '2026-11-22T14:34:05.123Z', '@m': 'm', '@l': 'Warning', x: 1 },
      { level: 'warning', time: MILLIS, attributes: { x: 1 } },
    ],
    ['FastMCP extras', { level: 'info', msg: 'm', extra: { a: 1 } }, { level: 'info', attributes: { a: 1 } }],
  ])('of %s', (_name, value, expected) => {
    expect(json(value)).toMatchObject({ message: 'm', pattern: 'json', json: value, ...expected })
  })

  it('keeps a level that nobody knows as a field, and says none', () => {
    const said = json({ level: 'weird', msg: 'm' })
    expect(said).toMatchObject({ message: 'm', attributes: { level: 'weird' } })
    expect(said).not.toHaveProperty('level')
    expect(said).not.toHaveProperty('pattern')
  })

  it('leaves time, name and trace of an object that is no log envelope among its data', () => {
    const value = { time: MILLIS, name: 'bob', traceId: '0af7651916cd43dd8448eb211c80319c' }
    expect(json(value)).toEqual({ message: '', attributes: value, json: value })
  })

  it('leaves a trace id that is none among the fields', () => {
    expect(json({ level: 'info', msg: 'm', traceId: 'abc' })?.attributes).toEqual({ traceId: 'abc' })
    expect(json({ level: 'info', msg: 'm', traceId: '0'.repeat(32) })).not.toHaveProperty('traceId')
  })

  it('keeps a key named __proto__ as data', () => {
    const said = read('{"__proto__":{"a":1},"level":"info","msg":"m"}')
    expect(Object.hasOwn(said?.attributes ?? {}, '__proto__')).toBe(true)
    expect(said?.attributes).not.toHaveProperty('a')
  })

  it('bounds the depth, so that nothing downstream overflows', () => {
    const deep = `{"level":"info","msg":"m","deep":${'['.repeat(50_000)}${']'.repeat(50_000)}}`
    expect(JSON.stringify(read(deep)).length).toBeLessThan(2_000)
  })
})
