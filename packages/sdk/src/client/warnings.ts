/** What goes wrong beside the work: told to the application, never thrown into it. */

/**
 * `server_failed`: a server could not be connected. `handler_failed`: a handler or sink threw, told once for each.
 * `records_dropped`: a queue was full, told once for each. `not_closed`: something did not close.
 */
export interface ClientWarning {
  code: 'server_failed' | 'handler_failed' | 'records_dropped' | 'not_closed'
  server: string
  message: string
  cause?: unknown
}

export type OnWarning = (warning: ClientWarning) => void

/** Node's own channel: `process.on('warning', …)` hears it, and without a listener Node prints it. */
const emitWarning: OnWarning = ({ code, message }) =>
  process.emitWarning(message, { type: 'LogboomWarning', code: `LOGBOOM_${code.toUpperCase()}` })

/** Tells warnings; what the listener throws is ignored. */
export const createWarn =
  (listener: OnWarning = emitWarning): OnWarning =>
  (warning) => {
    try {
      listener(warning)
    } catch {
      // Who listens to warnings has no say in the work.
    }
  }
