/** One message to an incoming webhook, no sooner after the last than Slack allows. */
import { SinkError } from '../errors.ts'
import { type Explanation, type PostAnswer, post } from '../http/post.ts'
import type { SlackSettings } from './options.ts'

/** Slack says why in a word: `invalid_blocks`, `no_service`. */
const explain = ({ body }: PostAnswer): Explanation => (/^[a-z_]{1,60}$/.test(body) ? { reason: body } : {})

/** Ends at once when nobody waits any more; keeps no process alive. */
const wait = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer)
      reject(new SinkError('Slack: not sent, nobody waits any more', { retryable: true }))
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms).unref()
    if (signal?.aborted) stop()
    else signal?.addEventListener('abort', stop, { once: true })
  })

/** @returns a function that sends one message; it keeps the time of the last */
export const createSender = (
  settings: SlackSettings,
): ((message: string, signal: AbortSignal | undefined) => Promise<void>) => {
  let next = Number.NEGATIVE_INFINITY
  return async (message, signal) => {
    const early = next - performance.now()
    next = Math.max(next, performance.now()) + settings.gapMs
    if (early > 0) await wait(early, signal)
    await post(message, { ...settings.request, explain }, signal)
  }
}
