/**
 * The pace of a long question: it works in short pieces between which others have their turn, and ends when its reader has
 * left or its time is up.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { LogboomError } from '@logboom/sdk/errors'

/** Longest piece of work without giving way, in milliseconds. */
const PIECE_MS = 10

export interface Pace {
  /** To be called between pieces. Throws the signal's reason, or `LB_QUERY_LIMIT`. */
  breathe(): Promise<void>
}

/** @param closing ends every question */
export const createPace = (
  { signal, limitMs }: { signal?: AbortSignal; limitMs?: number },
  closing: AbortSignal,
): Pace => {
  const began = performance.now()
  let piece = began
  const check = (): void => {
    signal?.throwIfAborted()
    closing.throwIfAborted()
  }
  return {
    async breathe() {
      const now = performance.now()
      if (limitMs !== undefined && now - began > limitMs) {
        throw new LogboomError('LB_QUERY_LIMIT', `The question took longer than ${limitMs} ms`, {
          hint: 'Narrow it: a shorter time range, a server, a level, or a longer word to search for.',
        })
      }
      check()
      if (now - piece < PIECE_MS) return
      await nextTurn()
      piece = performance.now()
      check()
    },
  }
}
