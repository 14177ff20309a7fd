/** Whether a request was given up because its time was over. */
import { executionAsyncResource } from 'node:async_hooks'

/** What the official clients say where they say it. */
export const TIMED_OUT = 'Request timed out'

/**
 * True while an official client's own timer gives a request up. In the modern era over HTTP nothing else tells: the client
 * closes the request's stream without a reason, and sends no cancellation. Its timer's function is known by its name; one
 * that is called otherwise makes a timeout a cancellation.
 */
export const isTimeout = (): boolean => {
  const { _onTimeout: run } = executionAsyncResource() as { _onTimeout?: unknown }
  return typeof run === 'function' && run.name === 'timeoutHandler'
}
