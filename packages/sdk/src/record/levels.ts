/**
 * Levels: their order, and what the rest of the world calls them.
 *
 * Names map whatever their case. Numbers mean different things to different libraries (30 is `info` to pino and
 * `warning` to Python), so a number needs its scale. What nobody knows is `undefined`: the caller decides, and keeps
 * what the sender said.
 */
import { LEVELS, type Level } from './types.ts'

const ORDER: ReadonlyMap<string, number> = new Map(LEVELS.map((level, index) => [level, index]))

/** 0 (`debug`) to 7 (`emergency`). */
export const severity = (level: Level): number => ORDER.get(level) ?? 1

const NAMES: Readonly<Record<string, Level>> = {
  trace: 'debug',
  verbose: 'debug',
  silly: 'debug',
  finest: 'debug',
  finer: 'debug',
  fine: 'debug',
  dbg: 'debug',
  debg: 'debug',
  information: 'info',
  informational: 'info',
  inf: 'info',
  http: 'info',
  log: 'info',
  success: 'notice',
  note: 'notice',
  warn: 'warning',
  wrn: 'warning',
  err: 'error',
  eror: 'error',
  severe: 'error',
  exception: 'error',
  crit: 'critical',
  fatal: 'critical',
  ftl: 'critical',
  dpanic: 'critical',
  panic: 'emergency',
  emerg: 'emergency',
}

/**
 * The level a name stands for, in any case: the eight RFC 5424 names and the aliases of the common libraries.
 * @example levelFromName('WARN') // 'warning'
 */
export const levelFromName = (name: string): Level | undefined => {
  const key = name.trim().toLowerCase()
  if (ORDER.has(key)) return key as Level
  return Object.hasOwn(NAMES, key) ? NAMES[key] : undefined
}

/** Which library's numbers are meant. */
export type LevelScale = 'pino' | 'python' | 'otel'

// Ascending; the last threshold a number reaches is its level.
const SCALES: Readonly<Record<LevelScale, readonly (readonly [number, Level])[]>> = {
  pino: [
    [0, 'debug'],
    [30, 'info'],
    [40, 'warning'],
    [50, 'error'],
    [60, 'critical'],
  ],
  python: [
    [0, 'debug'],
    [20, 'info'],
    [25, 'notice'],
    [30, 'warning'],
    [40, 'error'],
    [50, 'critical'],
  ],
  otel: [
    [1, 'debug'],
    [9, 'info'],
    [10, 'notice'],
    [13, 'warning'],
    [17, 'error'],
    [18, 'critical'],
    [19, 'alert'],
    [21, 'emergency'],
  ],
}

/** The level a number stands for on one library's scale. */
export const levelFromNumber = (value: number, scale: LevelScale): Level | undefined =>
  Number.isFinite(value) ? SCALES[scale].findLast(([from]) => value >= from)?.[1] : undefined
