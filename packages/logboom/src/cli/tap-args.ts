/**
 * The command line of `tap`, read without a parser library: the tap starts with every server, so it loads little.
 * Its own options end at `--`; what follows is the server's command, untouched.
 */
import { LogboomError, nearest } from '@logboom/sdk/errors'
import { serverName } from './server-name.ts'

export interface TapArgs {
  server: string
  /** As given by `--home`. */
  home?: string
  command: string
  args: string[]
}

const OPTIONS = ['--server', '--home'] as const
const USAGE = 'logboom tap [--server NAME] [--home DIR] -- CMD ARGS…'

const usage = (message: string, hint = `Usage: ${USAGE}`): LogboomError =>
  new LogboomError('LB_USAGE', message, { hint })

/** The same line with `--` where it was forgotten. */
const withDashes = (argv: readonly string[], at: number): string => {
  const words = [...argv.slice(0, at), '--', ...argv.slice(at)]
  return `logboom tap ${words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word))).join(' ')}`
}

/**
 * Reads what follows `logboom tap`.
 * @throws LogboomError LB_USAGE
 */
export const parseTapArgs = (argv: readonly string[]): TapArgs => {
  const values: { server?: string; home?: string } = {}
  let i = 0
  for (; i < argv.length && argv[i] !== '--'; i++) {
    const arg = argv[i] ?? ''
    if (!arg.startsWith('-')) {
      throw usage(`tap needs -- before the server's command`, `Write: ${withDashes(argv, i)}`)
    }
    const equals = arg.indexOf('=')
    const name = equals === -1 ? arg : arg.slice(0, equals)
    const option = OPTIONS.find((known) => known === name)
    if (option === undefined) {
      const meant = nearest(name, OPTIONS)
      throw usage(
        `unknown option '${name}' for tap`,
        meant === undefined
          ? `Usage: ${USAGE}; the server's own options go after --`
          : `Did you mean ${meant}?`,
      )
    }
    const value = equals === -1 ? argv[++i] : arg.slice(equals + 1)
    if (value === undefined || value === '' || value === '--') throw usage(`${option} needs a value`)
    values[option === '--server' ? 'server' : 'home'] = value
  }
  const [command, ...args] = argv.slice(i + 1)
  if (command === undefined || command === '') {
    throw usage(
      `tap needs the server's command after --`,
      'For example: logboom tap --server memory -- npx -y @modelcontextprotocol/server-memory',
    )
  }
  return { server: serverName(command, args), ...values, command, args }
}
