/** Requests of our own on a client's connection: their answers never reach the client. */
import type { Request, Response } from './messages.ts'

export type Answer =
  | { kind: 'result'; result: unknown }
  | { kind: 'error'; error: unknown }
  | { kind: 'timeout' }
  | { kind: 'closed' }

export interface OwnRequests {
  /** Sends and waits for the answer, at most so long (milliseconds). Never rejects. */
  ask(method: string, params: object, timeoutMs: number): Promise<Answer>
  /** Takes an answer that is ours; also one that comes too late. */
  take(response: Response): boolean
  close(): void
}

export const createOwnRequests = (settings: {
  /** Unique on the connection; the ids of our requests begin with it. */
  prefix: string
  send: (request: Request & { jsonrpc: '2.0' }) => Promise<unknown>
}): OwnRequests => {
  const { prefix, send } = settings
  const open = new Map<string, (answer: Answer) => void>()
  let made = 0

  return {
    ask(method, params, timeoutMs) {
      const id = `${prefix}${made++}`
      return new Promise((resolve) => {
        const timer = setTimeout(() => settle({ kind: 'timeout' }), timeoutMs)
        const settle = (answer: Answer): void => {
          clearTimeout(timer)
          open.delete(id)
          resolve(answer)
        }
        open.set(id, settle)
        send({ jsonrpc: '2.0', id, method, params }).catch(() => settle({ kind: 'closed' }))
      })
    },
    take({ id, result, error }) {
      if (typeof id !== 'string' || !id.startsWith(prefix)) return false
      open.get(id)?.(error === undefined ? { kind: 'result', result } : { kind: 'error', error })
      return true
    },
    close() {
      for (const settle of open.values()) settle({ kind: 'closed' })
    },
  }
}
