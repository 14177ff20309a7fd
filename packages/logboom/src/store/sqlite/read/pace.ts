/**
 * The pace of a long question: it works in short pieces between which others have their turn, and ends when its reader has
 * left or its time is up.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { LogboomError } from '@logboom/sdk/errors'
import type { Patience } from '../../contract.ts'

/** Longest piece of work without giving way, in milliseconds. */
const PIECE_MS = 10

export interface Pace {
  /** To be called between pieces. Throws the signal's reason, or `LB_QUERY_LIMIT`. */
  breathe(): Promise<void>
}

/** Of a question, what those that it is made of take over. */
export const patienceOf = ({ signal, deadline }: Patience): Patience => ({
  ...(signal === undefined ? {} : { signal }),
  ...(deadline === undefined ? {} : { deadline }),
})

/**
 * Paces of questions. They share how long nobody else had a turn: a question of many small ones, or many questions at once,
 * would hold it for good if each began to count anew.
 * @param closing ends every question
 * @param clock milliseconds, as `performance.now` tells them
 */
export const createPaces = (closing: AbortSignal, clock: () => number): ((patience: Patience) => Pace) => {
  /** When the first question went to work since others had their turn. */
  let began: number | undefined

  const mustGiveWay = (now: number): boolean => {
    if (began === undefined) {
      began = now
      setImmediate(() => {
        began = undefined
      })
    }
    return now - began >= PIECE_MS
  }

  return ({ signal, deadline }) => {
    const check = (): void => {
      signal?.throwIfAborted()
      closing.throwIfAborted()
    }
    return {
      async breathe() {
        const now = clock()
        if (deadline !== undefined && now > deadline.at) {
          throw new LogboomError('LB_QUERY_LIMIT', `The question took longer than ${deadline.ms} ms`, {
            hint: 'Narrow it: a shorter time range, a server, a level, or a longer word to search for.',
          })
        }
        check()
        if (!mustGiveWay(now)) return
        await nextTurn()
        check()
      },
    }
  }
}
