/**
 * Servers and threads: who is served next, and what becomes of a batch whose thread died.
 *
 * - A server is served by one thread at a time, its batches in the order they came; servers take turns. A server may have another
 *   thread for its next batch.
 * - A batch whose thread died or hung stays first of its server and in its place: it is offered to the thread that comes next there,
 *   `attempts` times together, then it is refused. So a batch that kills whatever takes it holds up one place, not the pool.
 * - Before a thread is started in a place where threads died, there is a wait, doubled with each death until one answers.
 */
import type { LogRecord } from '../../record/index.ts'
import { SinkError } from '../errors.ts'
import { countdown, within } from '../within.ts'
import type { WorkerSettings } from './options.ts'
import { createThread, type Outcome, type Thread, toSinkError } from './thread.ts'

const FIRST_WAIT_MS = 100
const LONGEST_WAIT_MS = 10_000
/** Handlers that have nothing left to do may take this long to close, whatever the timeout. */
const MIN_CLOSE_MS = 50

export interface Pool {
  /** Resolves when the handler has answered for the batch, with what it could not take; never rejects. */
  give(server: string, batch: readonly LogRecord[], signal?: AbortSignal): Promise<SinkError | undefined>
  /** See `Sink`. */
  flush(timeoutMs: number): Promise<void>
  close(timeoutMs: number): Promise<void>
}

/** One server's share of a batch. */
interface Part {
  server: string
  batch: readonly LogRecord[]
  /** Aborted when the part is settled: nobody waits for an answer any more. */
  abort: AbortController
  settled: Promise<SinkError | undefined>
  settle(error: SinkError | undefined): void
}

const makePart = (server: string, batch: readonly LogRecord[]): Part => {
  const abort = new AbortController()
  let resolve: (error: SinkError | undefined) => void = () => undefined
  const settled = new Promise<SinkError | undefined>((done) => {
    resolve = done
  })
  const settle = (error: SinkError | undefined): void => {
    abort.abort()
    resolve(error)
  }
  return { server, batch, abort, settled, settle }
}

/** Ends with the part, and keeps no process alive. */
const backOff = (deaths: number, { signal }: AbortController): Promise<void> =>
  new Promise((resolve) => {
    if (deaths === 0 || signal.aborted) return resolve()
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (deaths - 1))).unref()
    signal.addEventListener('abort', done)
  })

const failureOf = (outcome: Outcome | undefined): SinkError | undefined => {
  if (outcome?.kind === 'answered') return outcome.failure && toSinkError(outcome.failure)
  return outcome && new SinkError(`workerSink: ${outcome.why}`)
}

export const createPool = (settings: WorkerSettings): Pool => {
  const { attempts } = settings
  const threads = Array.from({ length: settings.threads }, () => createThread(settings))
  const idle = new Set<Thread>(threads)
  const parts = new Set<Part>()
  /** What waits, by server; a server that is served has none of it taken. */
  const waiting = new Map<string, Part[]>()
  const served = new Set<string>()

  /** The next part, of the server whose turn it is. */
  const next = (): Part | undefined => {
    for (const [server, queue] of waiting) {
      if (served.has(server)) continue
      waiting.delete(server)
      const part = queue.shift()
      // Behind all others.
      if (queue.length > 0) waiting.set(server, queue)
      return part
    }
    return undefined
  }

  /** The healthiest place; of those, one with a thread. */
  const place = (): Thread | undefined =>
    [...idle].sort((a, b) => a.deaths() - b.deaths() || Number(b.running()) - Number(a.running()))[0]

  /** Offers a part until there is an answer, or nobody waits for one. */
  const serve = async (part: Part, thread: Thread): Promise<void> => {
    for (let attempt = 1; ; attempt++) {
      if (!thread.running()) await backOff(thread.deaths(), part.abort)
      if (part.abort.signal.aborted) return
      const outcome = await thread.offer(part.batch, part.abort.signal)
      if (outcome.kind === 'answered') return part.settle(failureOf(outcome))
      if (outcome.kind === 'unusable') return part.settle(failureOf(outcome))
      if (attempt >= attempts) {
        const why = `given up after ${attempt} attempts, at each of which its thread ended; the last: ${outcome.why}`
        return part.settle(new SinkError(`workerSink: ${why}`))
      }
    }
  }

  const run = async (part: Part, thread: Thread): Promise<void> => {
    await serve(part, thread)
    parts.delete(part)
    served.delete(part.server)
    idle.add(thread)
    assign()
  }

  const assign = (): void => {
    for (let thread = place(); thread !== undefined; thread = place()) {
      const part = next()
      if (part === undefined) return
      idle.delete(thread)
      served.add(part.server)
      void run(part, thread)
    }
  }

  const drop = (part: Part, why: string): void => {
    parts.delete(part)
    const queue = waiting.get(part.server) ?? []
    const at = queue.indexOf(part)
    if (at !== -1) queue.splice(at, 1)
    if (queue.length === 0) waiting.delete(part.server)
    part.settle(new SinkError(`workerSink: ${why}`, { retryable: true }))
  }

  const allSettled = (): Promise<unknown> => Promise.all([...parts].map(({ settled }) => settled))

  const finish = async (what: 'flush' | 'close', timeoutMs: number): Promise<void> => {
    const outcomes = await Promise.all(threads.map((thread) => thread.finish(what, timeoutMs)))
    const failed = outcomes.map(failureOf).find((error) => error !== undefined)
    if (failed !== undefined) throw failed
  }

  return {
    async give(server, batch, signal) {
      const part = makePart(server, batch)
      const abandon = (): void => drop(part, 'nobody waits for the batch any more')
      if (signal?.aborted) {
        abandon()
        return part.settled
      }
      signal?.addEventListener('abort', abandon, { once: true })
      parts.add(part)
      const queue = waiting.get(server)
      if (queue === undefined) waiting.set(server, [part])
      else queue.push(part)
      assign()
      const error = await part.settled
      signal?.removeEventListener('abort', abandon)
      return error
    },
    async flush(timeoutMs) {
      const rest = countdown(timeoutMs)
      if (await within(allSettled(), timeoutMs)) await finish('flush', rest())
    },
    async close(timeoutMs) {
      const rest = countdown(timeoutMs)
      await within(allSettled(), timeoutMs)
      const why = 'closed before the batch was answered for'
      for (const part of [...parts]) drop(part, why)
      try {
        await finish('close', Math.max(MIN_CLOSE_MS, rest()))
      } finally {
        await Promise.all(threads.map((thread) => thread.end(why)))
      }
    },
  }
}
