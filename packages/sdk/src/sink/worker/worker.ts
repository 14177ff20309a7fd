/**
 * A sink whose work is done by a module in worker threads, so that it costs the event loop a copy of each batch and nothing else.
 *
 * - What is promised: a batch is answered for when the module's handlers have answered for all of it, never earlier. So whatever
 *   stands in front (`connect`, `withLogging`, `createDelivery`) counts, bounds, retries and flushes it as with any sink, and the
 *   sink holds no record that is not part of an attempt.
 * - A batch is divided by server, and its parts are handled at the same time, in as many threads as there are. `pool.ts` has the
 *   order, and what happens when a thread dies.
 * - At least once: a thread that dies may have done part of its work, which then is done again, in order. Exactly once where it died
 *   before it had the batch. A handler that keeps records after it has answered loses them with its thread.
 * - What a handler refuses is told by index of the batch that was given, whichever thread it was in.
 */
import type { LogRecord } from '../../record/index.ts'
import { type Reject, readFailure, SinkError } from '../errors.ts'
import type { Sink } from '../types.ts'
import { readOptions, type WorkerSinkOptions } from './options.ts'
import { createPool } from './pool.ts'

interface Share {
  batch: LogRecord[]
  /** Where each of them stands in the whole batch. */
  indices: number[]
}

const divide = (batch: readonly LogRecord[]): Map<string, Share> => {
  const shares = new Map<string, Share>()
  batch.forEach((record, index) => {
    const share = shares.get(record.server) ?? { batch: [], indices: [] }
    shares.set(record.server, share)
    share.batch.push(record)
    share.indices.push(index)
  })
  return shares
}

/** One error for all that was not taken, with the indices of the whole batch. */
const join = (failed: readonly { error: SinkError; indices: readonly number[] }[]): SinkError => {
  const rejects: Reject[] = []
  let unnamed = 0
  const waits: number[] = []
  for (const { error, indices } of failed) {
    const verdict = readFailure(error, indices.length)
    const reasons = new Map(error.rejects?.map(({ index, reason }) => [index, reason]))
    const add = (local: readonly number[], retryable: boolean): void => {
      for (const one of local)
        rejects.push({ index: indices[one] ?? 0, reason: reasons.get(one) ?? error.message, retryable })
    }
    add(verdict.again, true)
    add(verdict.refused, false)
    unnamed += verdict.unnamed
    if (error.retryAfterMs !== undefined) waits.push(error.retryAfterMs)
  }
  const others = failed.length > 1 ? ` (and ${failed.length - 1} more of its servers)` : ''
  return new SinkError(`${failed[0]?.error.message}${others}`, {
    rejects,
    ...(unnamed === 0 ? {} : { rejectedCount: unnamed }),
    ...(waits.length === 0 ? {} : { retryAfterMs: Math.max(...waits) }),
  })
}

/**
 * Runs a handler module in a pool of worker threads. The module's default export is a sink: a function of a batch, maybe async, maybe
 * with `flush` and `close`; it throws a `SinkError` for what it could not take. A module that needs `data` exports a function
 * `createSink(data)` instead, which gives the sink or a promise of it; it is called once in each thread.
 *
 * What the threads write to their standard output goes to stderr. They start when there is work, keep no process alive without it, and
 * end with `close`. Modules in TypeScript work where the process itself was started to load it (`node --import tsx`).
 * @param module a path from the working directory, or a URL of a file, or a data: URL with a module in it
 * @throws LogboomError LB_SINK_OPTIONS naming the option, also when the module's file does not exist
 * @throws SinkError (in an attempt): what the handler threw; final when the module does not load, and for a batch that
 * ended its thread at every attempt, by server
 * @example workerSink(new URL('./handler.js', import.meta.url), { threads: 2, data: { table: 'logs' } })
 */
export const workerSink = (module: string | URL, options: WorkerSinkOptions = {}): Sink => {
  const pool = createPool(readOptions(module, options))
  let closing: Promise<void> | undefined
  const sink: Sink = async (batch, context) => {
    if (closing !== undefined) throw new SinkError('workerSink: it is closed')
    const answers = [...divide(batch)].map(async ([server, { batch, indices }]) => ({
      error: await pool.give(server, batch, context?.signal),
      indices,
    }))
    const failed = (await Promise.all(answers)).flatMap(({ error, indices }) =>
      error === undefined ? [] : [{ error, indices }],
    )
    const [only] = failed
    if (only === undefined) return
    throw answers.length === 1 ? only.error : join(failed)
  }
  return Object.assign(sink, {
    flush: pool.flush,
    close(timeoutMs: number) {
      closing ??= pool.close(timeoutMs)
      return closing
    },
  })
}
