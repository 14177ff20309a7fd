/** Child processes of a test: started, collected, always ended. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { within } from './wait.ts'

/** The built command line. */
export const MAIN = fileURLToPath(new URL('../../packages/logboom/dist/cli/main.js', import.meta.url))
export const RECORDER = fileURLToPath(new URL('./recorder.mjs', import.meta.url))
export const RAW_SERVER = fileURLToPath(new URL('./raw-server.mjs', import.meta.url))
export const NODE = process.execPath

export type Command = readonly [string, ...string[]]

export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: Buffer
  stderr: Buffer
}

export interface Running {
  child: ChildProcess
  pid: number
  /** What came so far. */
  stdout(): Buffer
  stderr(): Buffer
  /** Bytes that came so far. */
  received: { stdout: number; stderr: number }
  write(bytes: string | Uint8Array): void
  end(): void
  kill(signal: NodeJS.Signals): void
  /** Resolves when it has exited and both its outputs have ended. */
  ended(timeoutMs?: number): Promise<Ended>
}

export interface StartSettings {
  env?: Record<string, string>
  cwd?: string
  /** Nobody reads stdout until `child.stdout.resume()`. */
  holdStdout?: boolean
  /** Nobody reads stderr until the end. */
  holdStderr?: boolean
}

const environment = (extra: Record<string, string> = {}): Record<string, string> => {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(process.env))
    if (value !== undefined && !/^(LOGBOOM_|VITEST|NODE_OPTIONS|FORCE_COLOR|NO_COLOR)/.test(name))
      kept[name] = value
  return { ...kept, ...extra }
}

/** Starts a process; it is killed at the end of the test at the latest. */
export const start = (command: Command, settings: StartSettings = {}): Running => {
  const [file, ...args] = command
  const child = spawn(file, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: environment(settings.env),
    ...(settings.cwd === undefined ? {} : { cwd: settings.cwd }),
  })
  const chunks: { stdout: Buffer[]; stderr: Buffer[] } = { stdout: [], stderr: [] }
  const received = { stdout: 0, stderr: 0 }
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].on('data', (chunk: Buffer) => {
      chunks[stream].push(chunk)
      received[stream] += chunk.length
    })
  if (settings.holdStdout === true) child.stdout.pause()
  if (settings.holdStderr === true) {
    child.stderr.pause()
    child.once('exit', () => child.stderr.resume())
  }
  // Writing to a process that has gone is no failure of the test: what it wrote before is.
  child.stdin.on('error', () => {})
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) =>
      resolve({ code, signal, stdout: Buffer.concat(chunks.stdout), stderr: Buffer.concat(chunks.stderr) }),
    )
  })
  ended.catch(() => {})
  onTestFinished(() => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    child.stdout.destroy()
    child.stderr.destroy()
  })
  return {
    child,
    pid: child.pid ?? -1,
    stdout: () => Buffer.concat(chunks.stdout),
    stderr: () => Buffer.concat(chunks.stderr),
    received,
    write: (bytes) => void child.stdin.write(bytes),
    end: () => void child.stdin.end(),
    kill: (signal) => void child.kill(signal),
    ended: (timeoutMs = 30_000) => within(`the end of ${command.join(' ').slice(0, 200)}`, ended, timeoutMs),
  }
}

/** Runs a command to its end with nothing on stdin. */
export const run = async (
  command: Command,
  settings: StartSettings & { input?: string | Uint8Array; timeoutMs?: number } = {},
): Promise<Ended> => {
  const process = start(command, settings)
  if (settings.input !== undefined) process.write(settings.input)
  process.end()
  return process.ended(settings.timeoutMs)
}

/** Runs `logboom ARGS…`. */
export const logboom = (
  args: readonly string[],
  settings: StartSettings & { timeoutMs?: number } = {},
): Promise<Ended> => run([NODE, MAIN, ...args], settings)

/** A `logboom tap` in front of a command. */
export const tapCommand = (home: string, server: string, command: Command): Command => [
  NODE,
  MAIN,
  'tap',
  '--home',
  home,
  '--server',
  server,
  '--',
  ...command,
]

export const recorded = (dir: string, command: Command): Command => [NODE, RECORDER, dir, '--', ...command]

/** True while a process (no zombie) with this id exists. */
export const isRunning = (pid: number): boolean => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z'
  } catch {
    return false
  }
}

/** Highest resident memory so far, in bytes. */
export const peakMemory = (pid: number): number => {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmHWM:\s+(\d+) kB/)
  return Number(line?.[1] ?? 0) * 1024
}
