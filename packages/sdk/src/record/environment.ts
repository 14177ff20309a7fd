/** Which level the environment asks for: one rule for servers and clients. */
import { levelFromName } from './levels.ts'
import type { Level } from './types.ts'

export type Env = Readonly<Record<string, string | undefined>>

export interface EnvironmentLevel {
  level: Level
  production: boolean
  /** `LOG_LEVEL`, when it names no level. */
  invalid?: string
}

/**
 * `LOG_LEVEL` wins; else `ENVIRONMENT`, then `NODE_ENV`: production means `info`, anywhere else `debug`.
 * @example environmentLevel({ NODE_ENV: 'production' }).level // 'info'
 */
export const environmentLevel = (env: Env): EnvironmentLevel => {
  const name = env.ENVIRONMENT?.trim() || env.NODE_ENV?.trim() || ''
  const production = /^prod(uction)?$/i.test(name)
  const asked = env.LOG_LEVEL?.trim() ?? ''
  const named = levelFromName(asked)
  const level = named ?? (production ? 'info' : 'debug')
  return asked !== '' && named === undefined ? { level, production, invalid: asked } : { level, production }
}
