import { describe, expect, it } from 'vitest'
import { call, NOON, record } from '../testing.ts'
import type { RenderOptions } from './record.ts'
import { createStreamRenderer } from './stream.ts'

const plain = (options: Partial<RenderOptions> = {}) =>
  createStreamRenderer({ color: false, utc: true, now: () => NOON, ...options })

describe('the stream', () => {
  it('prints one record on one line: time, level, server, message, fields', () => {
    expect(plain()(record({ attributes: { size: 128, path: 'a b' } }))).toBe(
      '14:02:11.020 ● info      analytics received data  size=128 path="a b"',
    )
  })

  it('brackets a call: start with its arguments, logs marked with its tool, outcome with its time', () => {
    const render = plain()
    const lines = [
      record({
        source: 'call',
        message: 'analyze_data',
        attributes: { arguments: { rows: 128 } },
        call: call({ status: 'started' }),
      }),
      record({
        call: call(),
        logger: 'core',
        level: 'warning',
        message: 'nulls found',
        attributes: { nulls: 7 },
      }),
      record({ call: call({ attribution: 'inferred' }), source: 'stderr', message: 'loading' }),
      record({ source: 'call', call: call({ status: 'ok', durationMs: 370.2 }), attributes: { result: {} } }),
    ].map(render)
    expect(lines).toEqual([
      '14:02:11.020 ● info      analytics ┌ analyze_data  rows=128',
      '14:02:11.020 ▲ warning   analytics │ analyze_data [core] nulls found  nulls=7',
      '14:02:11.020 ● info      analytics ~ analyze_data [stderr] loading',
      '14:02:11.020 ● info      analytics └ analyze_data ok 370 ms',
    ])
  })

  it('says how many calls an ambiguous record could belong to, and names none', () => {
    const line = plain()(record({ call: { attribution: 'ambiguous', candidates: ['a', 'b', 'c'] } }))
    expect(line).toBe('14:02:11.020 ● info      analytics ?3 received data')
  })

  it('tells why a call failed', () => {
    const render = plain()
    const failed = (attributes: Parameters<typeof record>[0]) =>
      render(record({ source: 'call', level: 'error', ...attributes })).slice(
        '14:02:11.020 ■ error     analytics '.length,
      )
    expect(
      failed({
        call: call({ status: 'tool_error', durationMs: 1204 }),
        attributes: {
          result: { isError: true, content: [{ type: 'text', text: 'could not reach\nthe database' }] },
        },
      }),
    ).toBe(`└ analyze_data tool_error 1.20 s could not reach\n${' '.repeat(37)}the database`)
    expect(
      failed({
        call: call({ status: 'rpc_error', durationMs: 2 }),
        attributes: { error: { code: -32602, message: 'bad params' } },
      }),
    ).toBe('└ analyze_data rpc_error 2.0 ms bad params (-32602)')
    expect(
      failed({ call: call({ status: 'lost' }), message: 'tools/call analyze_data lost: the run ended' }),
    ).toBe('└ analyze_data lost the run ended')
    expect(failed({ call: call({ status: 'lost' }), message: '' })).toBe('└ analyze_data lost')
  })

  it('names the method where there is no tool, and says when the server asked', () => {
    const line = plain()(
      record({
        source: 'call',
        call: {
          id: 'c',
          method: 'sampling/createMessage',
          requestId: 1,
          from: 'server',
          attribution: 'exact',
          status: 'started',
        },
      }),
    )
    expect(line).toContain('┌ sampling/createMessage (asked by the server)')
  })

  it('indents the further lines of a message and puts the fields behind the last', () => {
    expect(
      plain()(record({ message: 'Traceback:\n  File "a.py"\nValueError\n', attributes: { code: 1 } })),
    ).toBe(
      [
        '14:02:11.020 ● info      analytics Traceback:',
        `${' '.repeat(37)}  File "a.py"`,
        `${' '.repeat(37)}ValueError  code=1`,
      ].join('\n'),
    )
  })

  it('aligns what follows a server with a wide name', () => {
    const render = plain({ servers: ['数据库服务'] })
    const wide = render(record({ server: '数据库服务', message: '连接' }))
    const narrow = render(record({ server: 'api', message: 'ok' }))
    expect(wide).toBe('14:02:11.020 ● info      数据库服务 连接')
    expect(narrow).toBe('14:02:11.020 ● info      api        ok')
  })

  it('marks what was masked and what was cut', () => {
    expect(plain()(record({ redacted: 2, truncated: 131_072 }))).toMatch(
      /received data \[●●● 2 masked\] \[cut from 128 KiB\]$/,
    )
  })

  it('lets nothing in a record act on the terminal, wherever it stands', () => {
    const evil = '\u001b[2J\u202e\r'
    const text = plain()(
      record({
        server: `s${evil}`,
        logger: `l${evil}`,
        message: `m${evil}`,
        attributes: { [`k${evil}`]: `v${evil}` },
        call: call({ tool: `t${evil}` }),
      }),
    )
    expect(text).not.toMatch(/[\u0000-\u001f\u202e]/)
    expect(text).toContain('m␛[2J')
  })

  it('counts the fields that do not fit a terminal, and prints all of them into a pipe', () => {
    const wide = record({
      attributes: Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`key${i}`, i])),
    })
    expect(plain({ width: 80 })(wide)).toMatch(/key0=0 .* \+\d+ more$/)
    expect(plain()(wide)).toContain('key29=29')
  })

  it('does not repeat fields that are the message already, nor what capture noted for machines', () => {
    expect(plain()(record({ message: 'step=start n=1', attributes: { step: 'start', n: 1 } }))).toMatch(
      /step=start n=1$/,
    )
    expect(plain()(record({ source: 'stderr', attributes: { levelFrom: 'pino' } }))).toMatch(/received data$/)
  })

  it('does not repeat what the message of a lifecycle or notification record tells', () => {
    const render = plain()
    const exit = record({
      source: 'lifecycle',
      message: 'analytics exited with code 0',
      attributes: { code: 0, event: 'exit' },
    })
    expect(render(exit)).toMatch(/exited with code 0$/)
    const notified = (method: string, params: { [key: string]: string | number }, message: string): string =>
      render(record({ source: 'notification', message, attributes: { from: 'server', method, params } }))
    expect(notified('notifications/progress', { progress: 1 }, 'progress 1/3')).toMatch(
      /progress 1\/3 {2}from=server$/,
    )
    expect(notified('notifications/initialized', {}, 'ready')).toMatch(/ready {2}from=server$/)
    expect(notified('notifications/resources/updated', { uri: 'a:b' }, 'updated')).toMatch(
      /params=\{"uri":"a:b"\}$/,
    )
  })

  it('shows a masked value as redaction left it', () => {
    expect(plain()(record({ attributes: { api_key: '[redacted:api-key]' } }))).toMatch(
      /api_key=\[redacted:api-key\]$/,
    )
  })

  it('puts a line above the first record of another day', () => {
    const render = plain()
    expect(render(record({ time: NOON - 86_400_000 })).split('\n')[0]).toBe('── 2026-11-21 ──')
    expect(render(record({ time: NOON - 86_399_000 }))).not.toContain('──')
    expect(render(record()).split('\n')[0]).toBe('── 2026-11-22 ──')
  })

  it('prints whole stamps if asked', () => {
    expect(plain({ iso: true })(record({ time: NOON - 86_400_000 }))).toMatch(
      /^2026-11-21T14:02:11\.020Z ● info/,
    )
  })

  it('colours a server by its name, the same in every renderer, and a level by its severity', () => {
    const paint = (fields: Parameters<typeof record>[0]) =>
      createStreamRenderer({ color: true, utc: true, now: () => NOON })(record(fields))
    const colourOf = (server: string): string | undefined =>
      new RegExp(`\u001b\\[(\\d+)m${server}`).exec(paint({ server }))?.[1]
    expect(colourOf('analytics')).toBeDefined()
    expect(colourOf('analytics')).toBe(colourOf('analytics'))
    expect(new Set(['analytics', 'model', 'database', 'api-gateway'].map(colourOf)).size).toBe(4)
    expect(paint({ level: 'error' })).toContain('\u001b[31m■ error')
    expect(paint({ level: 'warning' })).toContain('\u001b[33m▲ warning')
  })
})
