/** What the environment says: the level, and the ways out it adds. */
import { type Level, levelFromName } from '../record/index.ts'

export type Env = Readonly<Record<string, string | undefined>>

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

const isProduction = (env: Env): boolean => {
  const name = env.ENVIRONMENT?.trim() || env.NODE_ENV?.trim() || ''
  return /^prod(uction)?$/i.test(name)
}

const wantsOtlp = (env: Env): boolean =>
  !isTrue(env.OTEL_SDK_DISABLED) &&
  env.OTEL_LOGS_EXPORTER?.trim() !== 'none' &&
  Boolean(env.OTEL_EXPORTER_OTLP_ENDPOINT?.trim() || env.OTEL_EXPORTER_OTLP_LOGS_ENDPOINT?.trim())

/**
 * `LOG_LEVEL` wins; else `ENVIRONMENT`, then `NODE_ENV`: production means `info`, and of our own diagnostics only
 * warnings; anywhere else everything.
 * @example readEnvironment({ NODE_ENV: 'production' }).level // 'info'
 */
export const readEnvironment = (env: Env): Environment => {
  const production = isProduction(env)
  const asked = env.LOG_LEVEL?.trim() ?? ''
  const named = levelFromName(asked)
  const tapped = env.LOGBOOM_TAPPED === '1'
  const environment: Environment = {
    level: named ?? (production ? 'info' : 'debug'),
    diagnostics: production ? 'warning' : 'debug',
    tapped,
    otlp: wantsOtlp(env),
  }
  const home = env.LOGBOOM_HOME?.trim()
  if (home && !tapped) environment.home = home
  if (asked !== '' && named === undefined) environment.invalidLevel = asked
  return environment
}
