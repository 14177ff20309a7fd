import { LogboomError } from '@logboom/sdk/errors'
import { describe, expect, it } from 'vitest'
import { asLogboomError, errorText } from './errors.ts'
import { displayWidth } from './render/index.ts'

const queryError = (input: string, column: number) =>
  new LogboomError('LB_QUERY_SYNTAX', 'Expected )', { input, column })

describe('an error', () => {
  it('is one line: what is wrong, and what to do', () => {
    const error = new LogboomError('LB_USAGE', "unknown option '--sinc'", { hint: 'Did you mean --since?' })
    expect(errorText(error)).toBe("logboom: unknown option '--sinc'. Did you mean --since?\n")
  })

  it('stays one line whatever its text holds', () => {
    const error = new LogboomError('LB_HOME_UNUSABLE', 'cannot read /a\nb\u001b[2J')
    expect(errorText(error)).toBe('logboom: cannot read /a␊b␛[2J.\n')
  })

  it('in a query stands over a caret under its column', () => {
    expect(errorText(queryError('level:(error', 13))).toBe(
      [
        "logboom: Expected ) (column 13). 'logboom query --help' shows the language by examples.",
        '  level:(error',
        '              ^',
        '',
      ].join('\n'),
    )
  })

  it('puts the caret under the right cell behind wide characters', () => {
    const [, text = '', caret = ''] = errorText(queryError('消息:(失败', 7)).split('\n')
    expect(text).toBe('  消息:(失败')
    expect(caret).toBe(`${' '.repeat(2 + 10)}^`)
    expect(caret.length - 1).toBe(displayWidth('  消息:(失败'))
  })

  it('shows the place of a long query within the width of the terminal', () => {
    const input = `${'a '.repeat(300)}level:(error`
    const [, text = '', caret = ''] = errorText(queryError(input, 607), { columns: 80 }).split('\n')
    expect(displayWidth(text)).toBeLessThanOrEqual(80)
    expect(text[caret.indexOf('^')]).toBe('(')
    expect(text.startsWith('  …')).toBe(true)
  })

  it('is one object with --json, where what is not known is absent', () => {
    expect(JSON.parse(errorText(queryError('level:(error', 13), { json: true }))).toEqual({
      error: { code: 'LB_QUERY_SYNTAX', message: 'Expected )', hint: expect.any(String), column: 13 },
    })
    expect(JSON.parse(errorText(new LogboomError('LB_USAGE', 'no'), { json: true }))).toEqual({
      error: { code: 'LB_USAGE', message: 'no' },
    })
  })

  it('nobody expected is told as a bug, with exit code 1', () => {
    const error = asLogboomError(new TypeError('x is not a function'))
    expect(error.code).toBe('LB_INTERNAL')
    expect(error.exitCode).toBe(1)
  })
})
