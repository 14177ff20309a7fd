/** What one piece of work made servers say: its result, its calls and their logs, also while others run beside it. */
import { isCallRecord, LOG_SOURCES, type LogRecord, type NamedCall } from '../record/index.ts'
import { type CollectedFrom, type Collector, collecting } from './capture/ways.ts'

export interface CollectOptions {
  /**
   * How long to wait for what is still under way once the work is done, in milliseconds.
   * @default as long as the streams of its servers may be apart: 50, or 0 where logs come with the answer
   */
  waitMs?: number
}

interface CollectedCalls {
  /** The first `tools/call`, or if there is none the first call; with status and duration once it has ended. */
  call?: NamedCall
  /** All calls, in the order in which they began. */
  calls: NamedCall[]
  /** The logs of those calls (sources `message`, `stderr`, `stdout`, `otlp`, `app`), in the order of their records. */
  records: LogRecord[]
}

/** `error` is there, whatever was thrown, if the work failed; else `result`. */
export type Collected<T> = CollectedCalls &
  ({ ok: true; result: T; error?: undefined } | { ok: false; error: unknown; result?: undefined })

const settled = async <T>(
  fn: () => T | Promise<T>,
): Promise<{ ok: true; result: T } | { ok: false; error: unknown }> => {
  try {
    return { ok: true, result: await fn() }
  } catch (error) {
    return { ok: false, error }
  }
}

/**
 * Runs `fn` and gathers what belongs to the requests made below it, through any captured transport, whatever else runs at
 * the same time. A record that could belong to one of several calls is in it only if all of those are. Never rejects.
 * @example
 * const { result, error, call, records } = await collect(() => client.callTool({ name: 'train', arguments: {} }))
 * if (error !== undefined) for (const record of records) console.error(record.level, record.message)
 */
export const collect = async <T>(
  fn: () => T | Promise<T>,
  options: CollectOptions = {},
): Promise<Collected<T>> => {
  const calls = new Map<string, NamedCall>()
  const captures = new Map<string, CollectedFrom>()
  const records: LogRecord[] = []
  const collector: Collector = {
    began: (capture, callId) => captures.set(callId, capture),
    record(record) {
      if (isCallRecord(record)) calls.set(record.call.id, record.call)
      else if (LOG_SOURCES.includes(record.source)) records.push(record)
    },
  }
  const outer = collecting.getStore() ?? []
  const outcome = await collecting.run([...outer, collector], () => settled(fn))

  const flush = (): void => {
    for (const capture of new Set(captures.values())) capture.flush()
  }
  flush()
  const lag = options.waitMs ?? Math.max(0, ...[...captures.values()].map((capture) => capture.lagMs()))
  if (lag > 0) {
    await new Promise((resolve) => setTimeout(resolve, lag))
    flush()
  }
  for (const [callId, capture] of captures) capture.forget(callId, collector)

  const all = [...calls.values()]
  const call = all.find(({ method }) => method === 'tools/call') ?? all[0]
  return { ...outcome, calls: all, records, ...(call === undefined ? {} : { call }) }
}
