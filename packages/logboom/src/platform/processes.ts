/**
 * Who runs: processes named for good by pid and start time, and the trees they form.
 *
 * A start is a string. Linux: `linux:BOOT_ID:TICKS`, exact (clock ticks since boot, field 22 of /proc/PID/stat).
 * Elsewhere: `ms:EPOCH_MS`, from `ps -o lstart=` (whole seconds) or PowerShell; two such stamps within 3 seconds are
 * the same, because the own process takes its stamp from its own clock instead of starting a tool for it.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import process from 'node:process'
import { currentOs, type Os } from './os.ts'
import { type Run, run } from './run.ts'

const SAME_START_MS = 3000

/** What is asked of the system; each has a default, and tests pass their own. */
export interface ProcessSettings {
  os?: Os
  run?: Run
  /** Text of a file under /proc, or undefined. */
  read?: (path: string) => string | undefined
  /** Names under /proc. */
  list?: () => readonly string[]
  /** Is there a process with this pid? */
  exists?: (pid: number) => boolean
  self?: { pid: number; startedAt: number }
}

/** One process: the pid, who started it, and when. */
export interface ProcessEntry {
  pid: number
  parent: number
  start: string
}

export interface Stat {
  /** Ended, but nobody has asked how yet: it runs nothing any more, so it does not count as a process here. */
  zombie: boolean
  parent: number
  group: number
  /** The group that its terminal sends Ctrl-C to; -1 without a terminal. */
  foreground: number
  ticks: string
}

/** Fields of /proc/PID/stat. The name in parentheses may itself hold spaces and parentheses: the last `)` ends it. */
export const readStat = (text: string): Stat => {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return {
    zombie: fields[0] === 'Z' || fields[0] === 'X',
    parent: Number(fields[1]),
    group: Number(fields[2]),
    foreground: Number(fields[5]),
    ticks: fields[19] ?? '',
  }
}

/**
 * When a process started, as text that together with its pid names it for good; '' when there is none.
 * Cheap for the own process on every system (and never ''); asks a tool for others on macOS and Windows.
 *
 * @example processStart(process.pid) // 'linux:4f5b…:123456'
 */
export const processStart = (pid: number, settings: ProcessSettings = {}): string => {
  const os = settings.os ?? currentOs()
  const exact = os === 'linux' ? linuxStart(pid, settings.read ?? readText) : undefined
  if (exact !== undefined) return exact
  const self = settings.self ?? { pid: process.pid, startedAt: performance.timeOrigin }
  if (pid === self.pid) return `ms:${Math.round(self.startedAt)}`
  if (os === 'linux') return ''
  return (os === 'darwin' ? unixStart : windowsStart)(pid, settings.run ?? run) ?? ''
}

/** Whether the very process that had this pid and start is still there. */
export const isAlive = (pid: number, pidStart: string, settings: ProcessSettings = {}): boolean => {
  if (!(settings.exists ?? pidExists)(pid)) return false
  const start = processStart(pid, settings)
  return start !== '' && sameStart(start, pidStart)
}

/** All descendants of a process and itself, parents before children; empty when it is not there. */
export const processTree = (pid: number, settings: ProcessSettings = {}): ProcessEntry[] => {
  const all = processTable(settings)
  const children = new Map<number, ProcessEntry[]>()
  for (const entry of all) {
    const siblings = children.get(entry.parent)
    if (siblings) siblings.push(entry)
    else children.set(entry.parent, [entry])
  }
  const tree = all.filter((entry) => entry.pid === pid)
  // The array grows while it is walked; a pid is its own parent nowhere that matters (0 on macOS), hence the check.
  for (const entry of tree) {
    for (const child of children.get(entry.pid) ?? []) if (!tree.includes(child)) tree.push(child)
  }
  return tree
}

export const sameStart = (a: string, b: string): boolean => {
  if (a === b) return true
  const [left, right] = [a, b].map((text) => (text.startsWith('ms:') ? Number(text.slice(3)) : Number.NaN))
  return Math.abs((left ?? Number.NaN) - (right ?? Number.NaN)) <= SAME_START_MS
}

const processTable = (settings: ProcessSettings): ProcessEntry[] => {
  const os = settings.os ?? currentOs()
  if (os === 'linux') return linuxTable(settings)
  // Windows needs no table: taskkill /T walks the tree itself.
  return os === 'darwin' ? unixTable(settings.run ?? run) : []
}

const linuxTable = ({ read = readText, list = listProcesses }: ProcessSettings): ProcessEntry[] => {
  const boot = bootId(read)
  return list().flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    const text = read(`/proc/${name}/stat`)
    if (text === undefined) return []
    const { zombie, parent, ticks } = readStat(text)
    return zombie ? [] : [{ pid: Number(name), parent, start: `linux:${boot}:${ticks}` }]
  })
}

const linuxStart = (pid: number, read: (path: string) => string | undefined): string | undefined => {
  const text = read(`/proc/${pid}/stat`)
  if (text === undefined) return undefined
  const { zombie, ticks } = readStat(text)
  return zombie ? undefined : `linux:${bootId(read)}:${ticks}`
}

const bootId = (read: (path: string) => string | undefined): string =>
  read('/proc/sys/kernel/random/boot_id')?.trim() ?? ''

/** `lstart` reads `Sun Nov 22 14:54:37 2026`; `run` sets the language and the time zone. */
const unixDate = (text: string): string | undefined => {
  const at = Date.parse(`${text.trim()} UTC`)
  return Number.isNaN(at) ? undefined : `ms:${at}`
}

const unixStart = (pid: number, ask: Run): string | undefined => {
  const text = ask('ps', ['-o', 'lstart=', '-p', String(pid)])
  return text === undefined ? undefined : unixDate(text)
}

const unixTable = (ask: Run): ProcessEntry[] =>
  (ask('ps', ['-A', '-o', 'pid=,ppid=,lstart=']) ?? '').split('\n').flatMap((line) => {
    const [, pid, parent, date] = /^\s*(\d+)\s+(\d+)\s+(.+)$/.exec(line) ?? []
    const start = date === undefined ? undefined : unixDate(date)
    return start === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), start }]
  })

const windowsStart = (pid: number, ask: Run): string | undefined => {
  const script = `([DateTimeOffset](Get-Process -Id ${pid} -ErrorAction Stop).StartTime).ToUnixTimeMilliseconds()`
  const text = ask('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', script])?.trim()
  return text !== undefined && /^\d+$/.test(text) ? `ms:${text}` : undefined
}

const readText = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return undefined
  }
}

const listProcesses = (): string[] => readdirSync('/proc')

const pidExists = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Somebody else's process is a process.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
