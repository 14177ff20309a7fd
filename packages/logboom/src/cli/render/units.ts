/** Numbers and times as people read them. */

const two = (value: number): string => String(value).padStart(2, '0')

/** A duration given in milliseconds: `0.4 ms`, `384 ms`, `1.29 s`, `2 m 05 s`. */
export const duration = (ms: number): string => {
  if (ms < 9.95) return `${ms.toFixed(1)} ms`
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 59_995) return `${(ms / 1000).toFixed(2)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${two(seconds % 60)} s`
  return `${Math.floor(seconds / 3600)} h ${two(Math.floor((seconds % 3600) / 60))} m`
}

/** A size in bytes: `812 B`, `1.5 KiB`, `64 KiB`. */
export const size = (bytes: number): string => {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let unit = 0
  while (bytes >= 1023.5 && unit < units.length - 1) {
    bytes /= 1024
    unit++
  }
  return `${unit === 0 || bytes >= 99.5 ? Math.round(bytes) : Number(bytes.toFixed(1))} ${units[unit]}`
}

/** A count with thousands separated: `12,481`. */
export const count = (value: number): string => value.toLocaleString('en-US')

/** A count and what is counted: `1 record`, `12 records`. */
export const plural = (value: number, noun: string): string =>
  `${count(value)} ${noun}${value === 1 ? '' : 's'}`

export interface ClockOptions {
  /** Print Coordinated Universal Time instead of local time. */
  utc?: boolean
  /** Print whole ISO 8601 stamps instead of the time of day. */
  iso?: boolean
}

/** Prints moments (Unix epoch milliseconds). */
export interface Clock {
  /** `14:02:11.020`, or `2026-11-22T14:02:11.020+01:00`. */
  time(at: number): string
  /** `2026-11-22`. */
  day(at: number): string
  /** Cells that `time` takes. */
  width: number
}

/** A clock for one time zone and format. */
export const createClock = (options: ClockOptions = {}): Clock => {
  const utc = options.utc === true
  const day = (at: number): string => {
    const date = new Date(at)
    return utc
      ? date.toISOString().slice(0, 10)
      : `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  }
  const timeOfDay = (at: number): string => {
    const date = new Date(at)
    return utc
      ? date.toISOString().slice(11, 23)
      : `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`
  }
  const zone = (at: number): string => {
    if (utc) return 'Z'
    const minutes = -new Date(at).getTimezoneOffset()
    const offset = Math.abs(minutes)
    return `${minutes < 0 ? '-' : '+'}${two(Math.floor(offset / 60))}:${two(offset % 60)}`
  }
  if (options.iso !== true) return { time: timeOfDay, day, width: 12 }
  return { time: (at) => `${day(at)}T${timeOfDay(at)}${zone(at)}`, day, width: utc ? 24 : 29 }
}
