/** Module-wide contexts that follow a request through the asynchronous code below it. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { RequestId } from '../../observe/index.ts'
import type { LogRecord } from '../../record/index.ts'

/** Whose `send` the running code was started by. */
export interface Sending {
  /** The capture whose transport sends: another transport that is used below is none of its business. */
  owner: object
  /** Undefined for what is no single request. */
  requestId: RequestId | undefined
  /** Logs were asked for on the request by us, not by its client. */
  added: boolean
}

export const sending = new AsyncLocalStorage<Sending>()

/** Gathers what belongs to the requests that are made below a `collect`. */
export interface Collector {
  /** A request made below it became a call, told through this capture. */
  began(capture: CollectedFrom, callId: string): void
  /** A record that is attributed to its calls. */
  record(record: LogRecord): void
}

/** What a collector needs of the capture a call went through. */
export interface CollectedFrom {
  flush(): void
  /** How long what belongs to an ended call may still be under way on another stream, in milliseconds. */
  lagMs(): number
  /** The collector wants nothing more of this call. */
  forget(callId: string, collector: Collector): void
}

export const collecting = new AsyncLocalStorage<readonly Collector[]>()
