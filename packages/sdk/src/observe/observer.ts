/**
 * The state machine that turns the traffic of one stdio MCP server into records. Pure: it is fed with (stream, bytes, time),
 * keeps no timers, does no I/O, and emits records in order. Every capture of pipes feeds it; none repeats it.
 *
 *     bytes -> frames -> JSON-RPC? -> conversation -> calls, logs, notifications, handshake
 *                     -> text?     -> line groups  -> stderr and stray stdout
 *
 * Order is kept within a stream: a group of lines that could still grow is closed before the message behind it is read.
 */

import type { Level, Side } from '../record/index.ts'
import { createCallTable } from './calls.ts'
import { createConversation, type Reading } from './conversation.ts'
import { createDrafting } from './draft.ts'
import { parseFrame } from './frame-text.ts'
import { createFramer, type Frame, type Framer } from './frames.ts'
import { createHandshake } from './handshake.ts'
import { dropsDraft, exitDraft, startDraft } from './lifecycle.ts'
import { createLogLines } from './log-lines.ts'
import { createFolder } from './origin.ts'
import { glanceMessage, glanceText } from './shed.ts'
import { DEFAULT_LIMITS, type Observer, type ObserverSettings, type Stream } from './types.ts'

/**
 * @param settings.emit takes each record, not yet redacted
 * @example
 * const observer = createObserver({ server: 'files', run, newId: createIds(), emit: (record) => records.push(record) })
 * observer.started(now(), { command: 'node', args: ['server.js'] })
 * observer.feed('stdout', chunk, now())
 */
export const createObserver = (settings: ObserverSettings): Observer => {
  const limits = { ...DEFAULT_LIMITS, ...settings.limits }
  const drafting = createDrafting(settings)
  const calls = createCallTable({ maxOpen: limits.openCalls, window: limits.window })
  const folder = createFolder()
  const handshake = createHandshake(drafting)
  const conversation = createConversation({
    drafting,
    calls,
    handshake,
    folder,
    newId: settings.newId,
    window: limits.window,
  })
  const lines = {
    stdout: createLogLines({ stream: 'stdout', drafting, calls, folder, limits }),
    stderr: createLogLines({ stream: 'stderr', drafting, calls, folder, limits }),
  }
  let shedding = false

  const sheds = (level: Level | undefined): boolean => level !== undefined && drafting.sheds(level)

  const readMessages = (stream: 'stdin' | 'stdout', side: Side, frame: Frame): boolean => {
    const parsed = parseFrame(frame)
    if (parsed === undefined) return false
    const reading: Reading = { from: frame.from, to: frame.to, size: frame.size, stream }
    if (parsed.scanned) reading.scanned = true
    if (stream === 'stdout') lines.stdout.flush()
    for (const message of parsed.messages) conversation.message(side, message, reading)
    return true
  }

  const onFrame: Record<Stream, (frame: Frame) => void> = {
    stdin(frame) {
      if (frame.size === 0 || readMessages('stdin', 'client', frame)) return
      drafting.emit(
        {
          source: 'lifecycle',
          level: 'warning',
          message: 'the client sent a line that is not JSON-RPC',
          attributes: { event: 'not-json-rpc', line: frame.bytes.toString('utf8') },
        },
        frame.from,
        'stdin',
      )
    },
    stdout(frame) {
      if (shedding && sheds(glanceMessage(frame.bytes))) return
      if (!readMessages('stdout', 'server', frame)) lines.stdout.frame(frame)
    },
    stderr(frame) {
      if (shedding && !lines.stderr.isOpen() && sheds(glanceText(frame.bytes))) return
      lines.stderr.frame(frame)
    },
  }

  const framers: Record<Stream, Framer> = {
    stdin: createFramer(limits.line, onFrame.stdin),
    stdout: createFramer(limits.line, onFrame.stdout),
    stderr: createFramer(limits.line, onFrame.stderr),
  }
  const skippedBytes: Record<Stream, number> = { stdin: 0, stdout: 0, stderr: 0 }

  const tellShed = (at: number): void => {
    const shed = drafting.takeShed()
    const bytes = skippedBytes.stdin + skippedBytes.stdout + skippedBytes.stderr
    if (shed === undefined && bytes === 0) return
    for (const stream of ['stdin', 'stdout', 'stderr'] as const) skippedBytes[stream] = 0
    drafting.emit(
      dropsDraft({ reason: 'overflow', records: 0, ...shed, ...(bytes === 0 ? {} : { bytes }) }),
      at,
    )
  }

  let lastSeen = 0

  return {
    started(at, start) {
      lastSeen = at
      drafting.emit(startDraft(settings.server, start), at)
    },
    feed(stream, bytes, at) {
      lastSeen = at
      framers[stream].feed(bytes, at)
    },
    skipped(stream, bytes, at) {
      lastSeen = at
      skippedBytes[stream] += bytes
      framers[stream].skip()
    },
    tick(at) {
      const due = [lines.stdout.tick(at), lines.stderr.tick(at)].filter((time) => time !== undefined)
      return due.length === 0 ? undefined : Math.min(...due)
    },
    closed(stream, at) {
      framers[stream].close(at)
      if (stream !== 'stdin') lines[stream].flush()
    },
    ended(at, end) {
      for (const stream of ['stdin', 'stdout', 'stderr'] as const) framers[stream].close(at)
      lines.stdout.flush()
      lines.stderr.flush()
      const lost = conversation.lose(at)
      tellShed(at)
      drafting.emit(exitDraft(settings.server, end, lost), at)
    },
    dropped(at, drops) {
      drafting.emit(dropsDraft(drops), at)
    },
    shedBelow(level) {
      shedding = level !== undefined && level !== 'debug'
      drafting.shedBelow(level)
      if (!shedding) tellShed(lastSeen)
    },
  }
}
