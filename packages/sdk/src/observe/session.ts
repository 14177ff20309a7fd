/**
 * The observer for captures that see whole JSON-RPC messages instead of bytes: SDK clients and servers, HTTP gateways. The
 * same conversation as behind pipes; only the reading differs.
 */
import type { Json, Outcome, Side } from '../record/index.ts'
import { createCallTable } from './calls.ts'
import { createConversation, type Reading } from './conversation.ts'
import { createDrafting } from './draft.ts'
import { createFramer } from './frames.ts'
import { createHandshake } from './handshake.ts'
import { dropsDraft, exitDraft, startDraft } from './lifecycle.ts'
import { createLogLines } from './log-lines.ts'
import { createFolder } from './origin.ts'
import { type RequestId, readMessages } from './rpc.ts'
import { sessionHash } from './session-hash.ts'
import { DEFAULT_LIMITS, type Drops, type ObserverSettings, type RunEnd, type RunStart } from './types.ts'

/** How a request without an answer may end. */
export type GivenUp = Extract<Outcome, 'cancelled' | 'timeout' | 'lost'>

/** Times are Unix epoch milliseconds, fractional. */
export interface SessionObserver {
  started(at: number, start: RunStart): void
  /**
   * One message, or a batch, as it was sent by a side. False when it is no JSON-RPC.
   * @param onRequest the client's request on whose own stream the server sent it, where the transport gives each one
   * @param size bytes, where known
   */
  message(side: Side, message: Json, at: number, onRequest?: RequestId, size?: number): boolean
  /** The protocol's session, from now on; records carry a hash of it. */
  session(id: string | undefined): void
  /** The client's request ended without an answer: nobody waits for it any more, or it could not be sent. */
  gaveUp(id: RequestId, status: GivenUp, at: number, reason?: string): void
  /** Bytes of the server's stderr. */
  stderr(bytes: Uint8Array, at: number): void
  /** Lines of the server's stdout that are no messages; each ends with a newline. */
  stray(bytes: Uint8Array, at: number): void
  /** What of the server's stderr may still grow is told as it is. */
  flush(): void
  tick(at: number): number | undefined
  dropped(at: number, drops: Drops): void
  /** Open calls are told as lost, then the exit. */
  ended(at: number, end: RunEnd): void
}

/**
 * @example
 * const observer = createSessionObserver({ server: 'weather', run, newId: createIds(), emit })
 * observer.message('client', request, now())
 */
export const createSessionObserver = (settings: ObserverSettings): SessionObserver => {
  const limits = { ...DEFAULT_LIMITS, ...settings.limits }
  const drafting = createDrafting(settings)
  const calls = createCallTable({ maxOpen: limits.openCalls, window: limits.window })
  const folder = createFolder()
  const handshake = createHandshake(drafting)
  const { newId, narrowing } = settings
  const conversation = createConversation({
    drafting,
    calls,
    handshake,
    folder,
    newId,
    window: limits.window,
  })
  const lines = createLogLines({ stream: 'stderr', drafting, calls, folder, limits, narrowing })
  const framer = createFramer(limits.line, (frame) => lines.frame(frame))
  const strays = createLogLines({ stream: 'stdout', drafting, calls, folder, limits })
  const strayFramer = createFramer(limits.line, (frame) => strays.frame(frame))

  return {
    started: (at, start) => drafting.emit(startDraft(settings.server, start), at),
    message(side, message, at, onRequest, size) {
      const messages = readMessages(message)
      if (messages === undefined) return false
      for (const each of messages) {
        // Nobody asks for the size of a notification, and telling it costs more than recording it.
        const reading: Reading = { from: at, to: at, size: 0 }
        if (each.kind !== 'notification') reading.size = size ?? Buffer.byteLength(JSON.stringify(message))
        if (onRequest !== undefined) reading.onRequest = onRequest
        conversation.message(side, each, reading)
      }
      return true
    },
    session(id) {
      if (id === undefined) delete drafting.facts.session
      else drafting.facts.session = sessionHash(id)
    },
    gaveUp: (id, status, at, reason) => conversation.giveUp(id, status, at, reason),
    stray: (bytes, at) => strayFramer.feed(bytes, at),
    flush() {
      lines.flush()
      strays.flush()
    },
    stderr: (bytes, at) => framer.feed(bytes, at),
    tick(at) {
      const due = [lines.tick(at), strays.tick(at)].filter((time) => time !== undefined)
      return due.length === 0 ? undefined : Math.min(...due)
    },
    dropped: (at, drops) => drafting.emit(dropsDraft(drops), at),
    ended(at, end) {
      framer.close(at)
      lines.flush()
      strays.flush()
      const lost = conversation.lose(at)
      drafting.emit(exitDraft(settings.server, end, lost), at)
    },
  }
}
