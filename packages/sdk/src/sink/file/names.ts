/**
 * Names of log files: `logs/{server}-{date}.log` and what stands for it on disk.
 *
 *     logs/analytics-2026-11-22.log         written now
 *     logs/analytics-2026-11-22~1.log       full; the number ascends
 *     logs/analytics-2026-11-21.log.gz      old, compressed (.zst: with zstd)
 *
 * A server may be called anything: what could leave the directory, name a device or mean something to a shell becomes `_`,
 * and then a piece of the name's hash keeps two servers apart. `~` is never part of such a name, so that a number cannot
 * be mistaken for one.
 */
import { createHash } from 'node:crypto'
import { basename, dirname, extname, join } from 'node:path'
import process from 'node:process'
import { LogboomError } from '../../errors/index.ts'

const PLACEHOLDER = /\{([^{}]*)\}/g
const NOT_PLAIN = /[^\p{L}\p{N}._-]/gu
/** Names that Windows gives to devices, with any extension. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i
const MAX_BYTES = 120

/**
 * A server's name as a part of a file's name: never empty, never `.` or `..`, no separators, at most 120 bytes.
 * @example plainName('../etc/passwd') // '_._etc_passwd-66d8eed2'
 */
export const plainName = (name: string): string => {
  let plain = name
    .normalize('NFC')
    .replace(NOT_PLAIN, '_')
    .replace(/^\./, '_')
    .replace(/\.(gz|zst|tmp)$/i, '_$1')
  while (Buffer.byteLength(plain) > MAX_BYTES) plain = plain.slice(0, -1)
  plain = plain.replace(/[\ud800-\udbff]$/, '')
  if (plain === '' || DEVICE.test(plain)) plain = `_${plain}`
  if (plain === name) return plain
  return `${plain}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`
}

/** The day in local time, as `2026-11-22`. */
export const dayText = (time: number): string => {
  const at = new Date(time)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

/** One file's name, apart: the number stands between stem and extension. */
export interface LogName {
  directory: string
  stem: string
  extension: string
}

/** @example logPath({ directory: 'logs', stem: 'a', extension: '.log' }, 2) // 'logs/a~2.log' */
export const logPath = ({ directory, stem, extension }: LogName, number?: number): string =>
  join(directory, number === undefined ? `${stem}${extension}` : `${stem}~${number}${extension}`)

/** All files of one server: those that retention counts together. */
export interface Family {
  directory: string
  /** Which of a directory's names belong to it; the groups are stem, number, extension and that of the codec. */
  pattern: RegExp
}

export interface NamePattern {
  /** The file that is written now. */
  active(server: string, time: number): LogName
  family(server: string): Family
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

/** @throws LogboomError LB_SINK_OPTIONS for an unknown placeholder, `{date}` in a directory's name, no file name */
export const parseNamePattern = (pattern: string): NamePattern => {
  const fail = (message: string, hint: string): never => {
    throw new LogboomError('LB_SINK_OPTIONS', message, { hint, input: pattern })
  }
  const folder = dirname(pattern)
  const name = basename(pattern)
  if (pattern === '' || /[/\\]$/.test(pattern) || name === '.' || name === '..')
    fail('A file sink needs the name of a file', 'for example logs/{server}-{date}.log')
  for (const [placeholder, key = ''] of pattern.matchAll(PLACEHOLDER))
    if (!['server', 'date', 'pid'].includes(key))
      fail(`Unknown placeholder ${placeholder}`, 'known are {server}, {date} and {pid}')
  if (folder.includes('{date}'))
    fail('{date} stands in the name of a directory', 'put it into the name of the file')

  const fill = (text: string, server: string, date: string): string =>
    text.replace(PLACEHOLDER, (_, key: string) =>
      key === 'server' ? plainName(server) : key === 'date' ? date : String(process.pid),
    )
  const extension = extname(name)
  const stem = basename(name, extension)
  const day = '\u0000'
  const anyDay = (text: string, server: string): string =>
    escaped(fill(text, server, day)).replaceAll(day, '\\d{4}-\\d{2}-\\d{2}')
  return {
    active: (server, time) => ({
      directory: fill(folder, server, ''),
      stem: fill(stem, server, dayText(time)),
      extension: fill(extension, server, dayText(time)),
    }),
    family: (server) => ({
      directory: fill(folder, server, ''),
      pattern: new RegExp(
        `^(${anyDay(stem, server)})(?:~(\\d{1,9}))?(${anyDay(extension, server)})(\\.gz|\\.zst)?$`,
        'u',
      ),
    }),
  }
}
