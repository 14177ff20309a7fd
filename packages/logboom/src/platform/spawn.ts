/** Starts the server that a capture stands in for. */
import { type ChildProcess, spawn } from 'node:child_process'
import process from 'node:process'
import type { Readable, Writable } from 'node:stream'
import { LogboomError } from '@logboom/sdk/errors'
import { currentOs, type Os } from './os.ts'

/** A started server: three pipes, and how it ends. */
export interface ServerProcess {
  pid: number
  stdin: Writable
  stdout: Readable
  stderr: Readable
  kill(signal: NodeJS.Signals): void
  /** Called once, when the process has ended; its pipes may still hold bytes. */
  onExit(listener: (code: number | null, signal: NodeJS.Signals | null) => void): void
}

export type Spawn = (
  command: string,
  args: readonly string[],
  options: { stdio: ['pipe', 'pipe', 'pipe']; env: NodeJS.ProcessEnv; windowsHide: boolean },
) => ChildProcess

export interface SpawnSettings {
  os?: Os
  env?: NodeJS.ProcessEnv
  spawn?: Spawn
}

/**
 * Starts a command with three pipes, in this process's group and working directory, with its environment and
 * `LOGBOOM_TAPPED=1`. On Windows `cross-spawn` finds `.cmd` files and quotes for them.
 *
 * @throws LogboomError LB_COMMAND_NOT_FOUND, LB_COMMAND_NOT_EXECUTABLE
 */
export const spawnServer = async (
  command: string,
  args: readonly string[],
  settings: SpawnSettings = {},
): Promise<ServerProcess> => {
  const start = settings.spawn ?? (await spawnOf(settings.os ?? currentOs()))
  let child: ChildProcess
  try {
    child = start(command, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...(settings.env ?? process.env), LOGBOOM_TAPPED: '1' },
      windowsHide: true,
    })
    await new Promise((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', reject)
    })
  } catch (error) {
    throw spawnError(command, error)
  }
  const { pid, stdin, stdout, stderr } = child
  if (pid === undefined || stdin === null || stdout === null || stderr === null) {
    throw spawnError(command, new Error('it has no pipes'))
  }
  return {
    pid,
    stdin,
    stdout,
    stderr,
    kill: (signal) => child.kill(signal),
    onExit: (listener) => {
      child.on('error', () => undefined)
      if (child.exitCode !== null || child.signalCode !== null) listener(child.exitCode, child.signalCode)
      else child.once('exit', listener)
    },
  }
}

/** Everywhere but on Windows Node's own spawn does: nothing more is loaded on the way to the server's start. */
const spawnOf = async (os: Os): Promise<Spawn> =>
  os === 'win32' ? (await import('cross-spawn')).default : spawn

const spawnError = (command: string, cause: unknown): LogboomError => {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'ENOENT') {
    return new LogboomError('LB_COMMAND_NOT_FOUND', `command not found: ${command}`, {
      hint: 'Check its spelling and PATH, or give its absolute path. A script whose interpreter is missing fails so too.',
      cause,
    })
  }
  const why =
    code === 'EACCES' ? 'permission denied' : cause instanceof Error ? cause.message : 'it cannot be executed'
  return new LogboomError('LB_COMMAND_NOT_EXECUTABLE', `cannot execute ${command}: ${why}`, {
    hint: 'Check that it is a file, and that you may execute it.',
    cause,
  })
}
