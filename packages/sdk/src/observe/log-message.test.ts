import { describe, expect, it } from 'vitest'
import { readLogMessage } from './log-message.ts'

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

describe('a log notification', () => {
  it.each([
    [
      'FastMCP for Python',
      { level: 'info', data: { msg: 'hi', extra: { a: 1 } } },
      { level: 'info', message: 'hi', attributes: { a: 1 } },
    ],
    [
      'FastMCP without extra',
      { level: 'info', data: { msg: 'hi', extra: null } },
      { level: 'info', message: 'hi', attributes: {} },
    ],
    [
      'npm fastmcp',
      { level: 'debug', data: { context: { n: 1 }, message: 'dbg' } },
      { level: 'debug', message: 'dbg', attributes: { n: 1 } },
    ],
    [
      'a string',
      { level: 'error', data: 'plain', logger: 'db' },
      { level: 'error', logger: 'db', message: 'plain', attributes: {} },
    ],
    [
      'an object',
      { level: 'info', data: { step: 'start', n: 1 } },
      { level: 'info', message: '', attributes: { step: 'start', n: 1 } },
    ],
    [
      'a list',
      { level: 'info', data: ['a', 1, null] },
      { level: 'info', message: '', attributes: { data: ['a', 1, null] } },
    ],
    ['null', { level: 'info', data: null }, { level: 'info', message: '', attributes: { data: null } }],
  ])('reads %s', (_, params, expected) => {
    expect(readLogMessage(params, {})).toEqual(expected)
  })

  it.each([
    ['warn', 'warning'],
    ['INFO', 'info'],
    ['Err', 'error'],
    ['fatal', 'critical'],
    [50, 'error'],
  ])('maps the level %s', (level, expected) => {
    expect(readLogMessage({ level, data: 'x' }, {})).toEqual({
      level: expected,
      message: 'x',
      attributes: {},
    })
  })

  it('keeps a level that nobody knows as a field', () => {
    expect(readLogMessage({ level: 'loud', data: 'x' }, {})).toEqual({
      level: 'info',
      message: 'x',
      attributes: { level: 'loud' },
    })
    expect(readLogMessage({ level: 3, data: 'x' }, {})).toEqual({
      level: 'info',
      message: 'x',
      attributes: { level: 3 },
    })
  })

  it('keeps fields beside the data, and beside the params', () => {
    expect(
      readLogMessage({ level: 'info', data: { msg: 'x', extra: { at: 1 } }, at: 2, more: 3 }, { sent: 4 }),
    ).toEqual({
      level: 'info',
      message: 'x',
      attributes: { at: 1, 'params.at': 2, more: 3, sent: 4 },
    })
  })

  it('reads what came instead of data', () => {
    expect(readLogMessage({ level: 'info', message: 'no data', code: 7 }, {})).toEqual({
      level: 'info',
      message: 'no data',
      attributes: { code: 7 },
    })
  })

  it('keeps a logger that is no string as a field', () => {
    expect(readLogMessage({ level: 'info', logger: { name: 'x' }, data: 'm' }, {})).toEqual({
      level: 'info',
      message: 'm',
      attributes: { logger: { name: 'x' } },
    })
  })

  it('reads the trace of its _meta and keeps the rest of it', () => {
    expect(
      readLogMessage({ level: 'info', data: 'm', _meta: { traceparent: TRACEPARENT, tenant: 't1' } }, {}),
    ).toEqual({
      level: 'info',
      message: 'm',
      attributes: { _meta: { tenant: 't1' } },
      trace: { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' },
    })
  })
})
