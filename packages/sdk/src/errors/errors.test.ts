import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ERRORS, LogboomError } from './index.ts'

describe('the error catalogue', () => {
  it.each(['docs/errors.md', 'docs/zh-CN/errors.md'])(
    'is documented one to one, with the exit code, in %s',
    (file) => {
      const page = readFileSync(new URL(`../../../../${file}`, import.meta.url), 'utf8')
      const documented = [...page.matchAll(/^\| `(LB_\w+)` \| (\d+) \|/gm)].map(([, code, exit]) => [
        code,
        Number(exit),
      ])
      expect(documented).toEqual(Object.entries(ERRORS).map(([code, { exit }]) => [code, exit]))
    },
  )

  it('gives an error its exit code, and keeps its cause', () => {
    const cause = new Error('EACCES')
    const error = new LogboomError('LB_COMMAND_NOT_EXECUTABLE', 'no', { cause })
    expect(error).toMatchObject({ exitCode: 126, cause, hint: undefined })
  })
})
