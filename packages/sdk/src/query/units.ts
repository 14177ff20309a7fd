/**
 * Numbers with units, and times, as people write them in queries and as programs log them.
 *
 * A quantity is a number, or numbers with units: `250ms`, `1.5s`, `1h30m`, `10kb`, `85%`. Units of one dimension have one
 * base: milliseconds, bytes, percent. `kb` is 1000 bytes and `kib` 1024. Units are read in any case, but `M` is none:
 * nobody could say whether it is minutes or mega.
 *
 * A time is `2026`, `2026-11`, `2026-11-22`, `2026-11-22T14`, `…:39`, `…:57`, `…57.123`, each with `Z` or an offset from
 * the hour on, and UTC without one; or milliseconds since 1970 (12 to 14 digits). A time means all it covers: a day is
 * its 24 hours.
 */

export type Dimension = 'duration' | 'size' | 'percent'

export interface Quantity {
  /** In the base of its dimension: milliseconds, bytes, percent. */
  value: number
  /** Absent for a plain number, which compares with every dimension. */
  dimension?: Dimension
}

/** From inclusive, to exclusive; a point when both are the same. Unix epoch milliseconds for times. */
export interface Interval {
  from: number
  to: number
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const unitsOf = (dimension: Dimension, names: Record<string, number>): [string, [Dimension, number]][] =>
  Object.entries(names).flatMap(([list, factor]) =>
    list.split(' ').map((name): [string, [Dimension, number]] => [name, [dimension, factor]]),
  )

const UNITS: ReadonlyMap<string, readonly [Dimension, number]> = new Map([
  ...unitsOf('duration', {
    'ns nanosecond nanoseconds': 1e-6,
    'us µs μs microsecond microseconds': 1e-3,
    'ms msec millisecond milliseconds': 1,
    's sec secs second seconds': SECOND,
    'm min mins minute minutes': MINUTE,
    'h hr hrs hour hours': HOUR,
    'd day days': DAY,
    'w week weeks': 7 * DAY,
  }),
  ...unitsOf('size', {
    'b byte bytes': 1,
    kb: 1e3,
    mb: 1e6,
    gb: 1e9,
    tb: 1e12,
    kib: 1024,
    mib: 1024 ** 2,
    gib: 1024 ** 3,
    tib: 1024 ** 4,
  }),
  ...unitsOf('percent', { '%': 1 }),
])

const MAX_LENGTH = 64
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i
const PART = /(\d+(?:\.\d*)?|\.\d+) ?([a-zµμ%]+)/iy

/**
 * Reads a text as a quantity; undefined if it is none.
 * @example parseQuantity('1.5s') // { value: 1500, dimension: 'duration' }
 */
export const parseQuantity = (text: string): Quantity | undefined => {
  if (text.length === 0 || text.length > MAX_LENGTH) return undefined
  if (NUMBER.test(text)) return finite({ value: Number(text) })
  const sign = text.startsWith('-') ? -1 : 1
  let at = sign === -1 || text.startsWith('+') ? 1 : 0
  let total = 0
  let dimension: Dimension | undefined
  while (at < text.length) {
    PART.lastIndex = at
    const part = PART.exec(text)
    const name = part?.[2] ?? ''
    const unit = name === 'M' ? undefined : UNITS.get(name.toLowerCase())
    // Only durations are written in several parts: `1h30m`.
    if (part === null || unit === undefined) return undefined
    if (dimension !== undefined && (unit[0] !== dimension || dimension !== 'duration')) return undefined
    dimension = unit[0]
    total += Number(part[1]) * unit[1]
    at = PART.lastIndex
  }
  if (dimension === undefined) return undefined
  // 1.1 * 1000 is 1100.0000000000002: fifteen digits are what a number really holds.
  return finite({ value: sign * Number(total.toPrecision(15)), dimension })
}

const finite = (quantity: Quantity): Quantity | undefined =>
  Number.isFinite(quantity.value) ? quantity : undefined

const TIME =
  /^([1-9]\d{3})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d\d:?\d\d)?)?)?)?$/i
const EPOCH = /^\d{12,14}(?:\.\d{1,6})?$/

/**
 * Reads a text as a time; undefined if it is none.
 * @example parseTime('2026-11-22') // the 24 hours of that day, UTC
 */
export const parseTime = (text: string): Interval | undefined => {
  if (text.length > MAX_LENGTH) return undefined
  if (EPOCH.test(text)) return { from: Number(text), to: Number(text) }
  const match = TIME.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second, fraction, zone] = match
  const y = Number(year)
  const m = Number(month ?? 1)
  const d = Number(day ?? 1)
  const midnight = Date.UTC(y, m - 1, d)
  const date = new Date(midnight)
  // Date.UTC carries 30 February over into March; that is a mistake here.
  if (date.getUTCMonth() !== m - 1 || date.getUTCDate() !== d) return undefined
  if (Number(hour ?? 0) > 23 || Number(minute ?? 0) > 59 || Number(second ?? 0) > 59) return undefined
  const from =
    midnight +
    Number(hour ?? 0) * HOUR +
    Number(minute ?? 0) * MINUTE +
    Number(second ?? 0) * SECOND +
    Number(`0.${fraction ?? 0}`) * SECOND -
    offset(zone)
  if (month === undefined) return { from, to: Date.UTC(y + 1, 0, 1) }
  if (day === undefined) return { from, to: Date.UTC(y, m, 1) }
  if (hour === undefined) return { from, to: from + DAY }
  if (minute === undefined) return { from, to: from + HOUR }
  if (second === undefined) return { from, to: from + MINUTE }
  return { from, to: from + SECOND / 10 ** (fraction?.length ?? 0) }
}

const offset = (zone: string | undefined): number => {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0
  const digits = zone.slice(1).replace(':', '')
  const size = Number(digits.slice(0, 2)) * HOUR + Number(digits.slice(2)) * MINUTE
  return zone.startsWith('-') ? -size : size
}

/**
 * `now`, `now-15m`, `now+1h` as an ISO time; undefined for any other text.
 * @param now Unix epoch milliseconds
 */
export const resolveNow = (text: string, now: number): string | undefined => {
  if (!/^now(?:$|[+-])/i.test(text)) return undefined
  const shift = text.length === 3 ? { value: 0 } : parseQuantity(text.slice(3))
  if (shift === undefined || (text.length > 3 && shift.dimension !== 'duration')) return undefined
  const time = new Date(now + shift.value)
  return Number.isNaN(time.getTime()) || time.getUTCFullYear() < 1000 || time.getUTCFullYear() > 9999
    ? undefined
    : time.toISOString()
}
