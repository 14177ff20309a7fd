import { LogboomError } from '@logboom/sdk/errors'
import { describe, expect, it } from 'vitest'
import { parseTapArgs } from './tap-args.ts'

const refused = (...argv: string[]): LogboomError => {
  try {
    parseTapArgs(argv)
  } catch (error) {
    if (error instanceof LogboomError) return error
  }
  throw new Error('was not refused')
}

describe('the command line of tap', () => {
  it('leaves everything after -- to the server, also what looks like its own', () => {
    expect(
      parseTapArgs(['--server', 'fs', '--home=/h', '--', 'srv', '--server', 'x', '--', '--home']),
    ).toEqual({
      server: 'fs',
      home: '/h',
      command: 'srv',
      args: ['--server', 'x', '--', '--home'],
    })
  })

  it('names the server after its command if nobody did', () => {
    expect(parseTapArgs(['--', 'uvx', 'mcp-server-git']).server).toBe('mcp-server-git')
  })

  it.each([
    [[], /command after --/, /For example/],
    [['--server', 'fs', '--'], /command after --/, /For example/],
    [['--sever', 'fs', '--', 'x'], /unknown option '--sever'/, /--server/],
    [['--verbose', '--', 'x'], /unknown option '--verbose'/, /Usage/],
    [['--server'], /--server needs a value/, /Usage/],
    [['--server', '--', 'x'], /--server needs a value/, /Usage/],
    [['npx', 'my server'], /needs -- before/, /logboom tap -- npx "my server"/],
    [['--server', 'a', 'npx', 'b'], /needs -- before/, /logboom tap --server a -- npx b/],
  ])('refuses %j as usage, and says what to do', (argv, message, hint) => {
    const error = refused(...argv)
    expect(error.code).toBe('LB_USAGE')
    expect(error.exitCode).toBe(2)
    expect(error.message).toMatch(message)
    expect(error.hint).toMatch(hint)
  })
})
