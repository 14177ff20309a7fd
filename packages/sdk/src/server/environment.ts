/** What the environment says: the level, and the ways out it adds. */
import { type Env, environmentLevel } from '../record/environment.ts'
import type { Level } from '../record/index.ts'

export interface Environment {
  level: Level
  /** The least severe of our own diagnostics that are shown. */
  diagnostics: Level
  /** A tap watches: it keeps the journal, and reads marked lines from stderr. */
  tapped: boolean
  /** Home of the journal, if one is asked for. */
  home?: string
  otlp: boolean
  /** `LOG_LEVEL`, when it names no level. */
  invalidLevel?: string
}

const isTrue = (value: string | undefined): boolean => /^(1|true|yes|on)$/i.test(value?.trim() ?? '')

const wantsOtlp = (env: Env): boolean =>
  !isTrue(env.OTEL_SDK_DISABLED) &&
  env.OTEL_LOGS_EXPORTER?.trim() !== 'none' &&
  Boolean(env.OTEL_EXPORTER_OTLP_ENDPOINT?.trim() || env.OTEL_EXPORTER_OTLP_LOGS_ENDPOINT?.trim())

/**
 * The level is that of `environmentLevel`; in production, of our own diagnostics only warnings are shown.
 * @example readEnvironment({ NODE_ENV: 'production' }).level // 'info'
 */
export const readEnvironment = (env: Env): Environment => {
  const { level, production, invalid } = environmentLevel(env)
  const tapped = env.LOGBOOM_TAPPED === '1'
  const environment: Environment = {
    level,
    diagnostics: production ? 'warning' : 'debug',
    tapped,
    otlp: wantsOtlp(env),
  }
  const home = env.LOGBOOM_HOME?.trim()
  if (home && !tapped) environment.home = home
  if (invalid !== undefined) environment.invalidLevel = invalid
  return environment
}
