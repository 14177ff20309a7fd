/**
 * The environment of a started server. The official stdio transports pass `HOME`, `PATH` and the like and nothing else, so
 * what sets a server's level would not reach it.
 */

const LEVEL_VARIABLES = ['LOG_LEVEL', 'ENVIRONMENT', 'NODE_ENV']

type Variables = Readonly<Record<string, string | undefined>>

/**
 * What a started server gets of this process' environment besides what the transport passes: the level variables and
 * `LOGBOOM_*`. `LOGBOOM_TAPPED` is set, for its stderr is read. The target's own `env` goes before.
 * @example serverEnv({ LOG_LEVEL: 'debug' }, process.env)
 */
export const serverEnv = (own: Variables | undefined, parent: Variables): Record<string, string> => {
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(parent)) {
    if (value !== undefined && (LEVEL_VARIABLES.includes(name) || name.startsWith('LOGBOOM_')))
      env[name] = value
  }
  env.LOGBOOM_TAPPED = '1'
  for (const [name, value] of Object.entries(own ?? {})) if (value !== undefined) env[name] = value
  return env
}
