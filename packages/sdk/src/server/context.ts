/** The call around the running code: carried by AsyncLocalStorage, so that `log` knows it anywhere below a handler. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { ClientInfo, Level, NamedCall } from '../record/index.ts'
import type { NotifyQueue } from './notify.ts'
import type { FastMcpLogger } from './types.ts'

/** What is known of a request; on every record of it. */
export interface RequestFacts {
  call: NamedCall
  traceId?: string
  spanId?: string
  client?: ClientInfo
  protocol?: string
  session?: string
}

/** How a request's logs reach its client. */
export interface ClientWay {
  /** The least severe level the client gets; undefined: it asked for none. */
  level: Level | undefined
  /** The same as a severity; infinite where it asked for none. */
  least: number
  queue: NotifyQueue
  /** Why nothing can be sent, if so. */
  closed?: 'after_response' | 'json_response'
}

export interface RequestContext {
  facts: RequestFacts
  client: ClientWay
  logger: FastMcpLogger
}

const storage = new AsyncLocalStorage<RequestContext>()

/** The call around, if there is one. */
export const currentRequest = (): RequestContext | undefined => storage.getStore()

/** Runs with this call around. */
export const runIn = <T>(context: RequestContext, run: () => T): T => storage.run(context, run)
