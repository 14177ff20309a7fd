/**
 * The tap: stands between an MCP host and a stdio server, forwards every byte unchanged and first, and captures what
 * passes on later turns of the event loop.
 *
 *     host <-> [stdin, stdout, stderr] <-> server        forward.ts: bytes first
 *                        |
 *                     intake.ts                           bounded queue, emptied in slices
 *                        |
 *                    capture.ts                           observe -> redact, cut -> journal
 *
 * Nothing behind the intake can hurt the traffic: it may be slow, fail or never start. The server is started before the
 * capture side is even loaded. The tap ends as the server ended.
 */
import { performance } from 'node:perf_hooks'
import process from 'node:process'
import type { Stream } from '@logboom/sdk/observe'
import {
  createOutlet,
  type Ending,
  endLike,
  forwardedSignals,
  killTree,
  type Outlet,
  processTree,
  type ServerProcess,
  spawnServer,
  standardInput,
  standardOutlet,
  survivors,
  typedAtTerminal,
} from '../../platform/index.ts'
import type { Capture } from './capture.ts'
import { drained } from './drain.ts'
import { openLane } from './forward.ts'
import { createIntake } from './intake.ts'
import { createNotice } from './notice.ts'
import { watchSignals } from './shutdown.ts'

export interface TapSettings {
  /** Configured name of the server. */
  server: string
  command: string
  args: readonly string[]
  /** Logboom's home; made when it is not there. */
  home: string
}

/** Stderr that the host does not read waits in memory up to here; past it, it is captured but not forwarded. */
const STDERR_BYTES = 8 * 1024 * 1024
/** A host that takes none of it for this long does not read it; one that is only slow gets all of it. */
const STDERR_PATIENCE_MS = 500
/** What waits in memory at the end may take this long to be looked at: less when the host is about to kill the tap. */
const LAST_LOOK_MS = 3000
const ASKED_LAST_LOOK_MS = 1000
/** And this long to be written. */
const JOURNAL_CLOSE_MS = 500

const now = () => performance.timeOrigin + performance.now()
const after = (ms: number, action: () => void) => (ms === 0 ? setImmediate(action) : setTimeout(action, ms))

/**
 * Runs a server behind a tap and ends this process as the server ends; never returns in an orderly way before that.
 *
 * @example await runTap({ server: 'files', command: 'node', args: ['server.js'], home: homeDirectory() })
 */
export const runTap = async (settings: TapSettings): Promise<void> => {
  const { command, args, server: name } = settings
  const startedAt = now()
  let server: ServerProcess
  try {
    server = await spawnServer(command, args)
  } catch (error) {
    return endUnstarted(settings, error)
  }
  const exit = new Promise<Ending>((resolve) => {
    server.onExit((code, signal) => resolve(signal === null ? { code: code ?? 1 } : { signal }))
  })
  const shutdown = watchSignals({
    pid: server.pid,
    send: server.kill,
    signals: forwardedSignals(),
    listen: (signal, listener) => process.on(signal, listener),
    typed: typedAtTerminal,
    tree: processTree,
    survivors,
    kill: killTree,
    now,
    after,
  })

  const hostErrors = standardOutlet(2)
  const notice = createNotice(hostErrors)
  const warn = (error: unknown) => notice.say(error instanceof Error ? error.message : String(error))
  const hostOutput = standardOutlet(1)
  const intake = createIntake({
    now,
    after,
    busy: () => hostOutput.waiting() > 0,
    onFailure: (error) => warn(`capture failed: ${String(error)}`),
  })
  const watch = (stream: Stream) => ({
    seen: (bytes: Uint8Array) => intake.push(stream, bytes),
    ended: () => intake.close(stream),
    now,
  })
  openLane({
    from: standardInput(),
    to: createOutlet(server.stdin),
    whenSlow: 'hold',
    ...watch('stdin'),
  })
  const stdout = openLane({
    from: server.stdout,
    to: hostOutput,
    whenSlow: 'hold',
    ...watch('stdout'),
  })
  const stderr = openLane({
    from: server.stderr,
    // Stays open behind the server's last byte: the tap may have a line to say.
    to: { ...hostErrors, end: () => undefined },
    whenSlow: STDERR_BYTES,
    patience: { ms: STDERR_PATIENCE_MS, after },
    ...watch('stderr'),
    seen: (bytes) => {
      notice.passed(bytes)
      intake.push('stderr', bytes)
    },
  })

  let capture: Capture | undefined
  try {
    const { openCapture } = await import('./capture.ts')
    capture = openCapture({ server: name, home: settings.home, now, warn })
    capture.started(startedAt, { command, args, pid: server.pid, cwd: process.cwd() })
    intake.attach(capture.watcher)
  } catch (error) {
    warn(error)
    intake.discard()
  }

  const ending = await exit
  await drained({ stdout, stderr, now, after })
  await shutdown.treeGone()
  await intake.drain(shutdown.asked() ? ASKED_LAST_LOOK_MS : LAST_LOOK_MS)
  await capture?.end(now(), ending, JOURNAL_CLOSE_MS)
  if (stderr.dropped() > 0) warn(`${stderr.dropped()} bytes of stderr were not forwarded: nobody read them`)
  notice.finish()
  await flushed(hostErrors)
  endLike(ending)
}

/** The server could not be started: one line, a record, and the shell's exit code for it. */
const endUnstarted = async ({ server, home }: TapSettings, error: unknown): Promise<void> => {
  const { LogboomError } = await import('@logboom/sdk/errors')
  const known = error instanceof LogboomError ? error : undefined
  const message = error instanceof Error ? error.message : String(error)
  const stderr = standardOutlet(2)
  const notice = createNotice(stderr)
  notice.say(known?.hint === undefined ? message : `${message}. ${known.hint}`)
  try {
    const { openCapture } = await import('./capture.ts')
    const capture = openCapture({ server, home, now, warn: () => undefined })
    await capture.end(now(), { spawnError: message }, JOURNAL_CLOSE_MS)
  } catch {
    // The line above has said what matters.
  }
  await flushed(stderr)
  endLike({ code: known?.exitCode ?? 126 })
}

/** Gives the last line a moment to leave. */
const flushed = async (outlet: Outlet): Promise<void> => {
  const until = now() + 200
  while (outlet.waiting() > 0 && now() < until) await new Promise<void>((resolve) => after(5, resolve))
}
