/** Numbers, durations, sizes and times as people read them. */

/** `1,234`, in the reader's language. */
export const formatCount = (count: number, tag: string): string => new Intl.NumberFormat(tag).format(count)

/**
 * Each limit is where what is rounded would read as one more than its unit holds.
 * @example formatDuration(1204) // '1.20 s'
 */
export const formatDuration = (ms: number): string => {
  if (ms < 0.995) return `${ms.toFixed(2)} ms`
  if (ms < 9.95) return `${ms.toFixed(1)} ms`
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(ms < 9995 ? 2 : 1)} s`
  const seconds = Math.round(ms / 1000)
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** @example formatBytes(2048) // '2.0 KiB' */
export const formatBytes = (bytes: number): string => {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let unit = 0
  let value = bytes
  while (value >= (unit === 0 ? 1024 : 1023.5) && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${unit === 0 ? value : value.toFixed(value < 9.95 ? 1 : 0)} ${units[unit]}`
}

export const formatPercent = (share: number, tag: string): string =>
  new Intl.NumberFormat(tag, {
    style: 'percent',
    maximumFractionDigits: share > 0 && share < 0.1 ? 1 : 0,
  }).format(share)

const two = (number: number): string => String(number).padStart(2, '0')
const three = (number: number): string => String(Math.floor(number)).padStart(3, '0')

/** The whole time, to the millisecond, with its zone: `2026-11-22 14:02:11.020 UTC`. */
export const formatFullTime = (time: number, zone: 'local' | 'utc'): string => {
  const date = new Date(time)
  if (zone === 'utc') return `${date.toISOString().replace('T', ' ').replace('Z', '')} UTC`
  const offset = -date.getTimezoneOffset()
  const sign = offset < 0 ? '-' : '+'
  const at = Math.abs(offset)
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clock(date)} ${sign}${two(Math.floor(at / 60))}:${two(at % 60)}`
}

const clock = (date: Date): string =>
  `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${three(date.getMilliseconds())}`

/** A row's time: the clock of today, with the day before it on others; or how long ago. */
export const formatTime = (time: number, how: 'relative' | 'local' | 'utc', now: number): string => {
  if (how === 'relative') return formatAgo(now - time)
  const date = new Date(time)
  const today = new Date(now)
  if (how === 'utc') {
    const iso = date.toISOString()
    return iso.slice(0, 10) === today.toISOString().slice(0, 10)
      ? iso.slice(11, 23)
      : iso.slice(5, 19).replace('T', ' ')
  }
  if (date.toDateString() === today.toDateString()) return clock(date)
  return `${two(date.getMonth() + 1)}-${two(date.getDate())} ${clock(date).slice(0, 8)}`
}

/** Short and without words, so that it needs no translation. @example formatAgo(90_000) // '-1m 30s' */
export const formatAgo = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return `-${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `-${minutes}m ${seconds % 60}s`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `-${hours}h ${minutes % 60}m` : `-${Math.floor(hours / 24)}d ${hours % 24}h`
}
