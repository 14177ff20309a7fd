/**
 * How calls and runs end when nobody is left to say so. The observer tells it while it lives; for a run whose capture was
 * killed, the reader of its journal derives the same records.
 */
import type { LogRecord, NamedCall } from '../record/index.ts'

/** What derived records share: everything but the text comes from a record of the same run. */
const derivedFrom = (source: LogRecord, at: number, seq: number, id: string): LogRecord => {
  const { logger, call, traceId, spanId, redacted, truncated, ...rest } = source
  return { ...rest, id, seq, time: at, observed: at, level: 'error', attributes: {} }
}

/** `tools/call analyze`, or the method alone. */
export const callName = (call: NamedCall): string =>
  call.tool === undefined ? call.method : `${call.method} ${call.tool}`

/**
 * The outcome of a call whose run ended before its answer.
 * @param started the call's first record
 * @param at when the run ended, Unix epoch milliseconds
 */
export const lostOutcome = (started: LogRecord, at: number, seq: number, id: string): LogRecord => {
  const call = started.call as NamedCall
  const record = derivedFrom(started, at, seq, id)
  record.message = `${callName(call)} lost: the run ended before its answer`
  record.call = { ...call, status: 'lost', durationMs: Math.max(0, at - started.time) }
  if (started.traceId !== undefined) record.traceId = started.traceId
  if (started.spanId !== undefined) record.spanId = started.spanId
  return record
}

/**
 * The exit of a run whose capture was killed before it could tell it.
 * @param last any record of the run
 * @param at the last moment the run was seen, Unix epoch milliseconds
 */
export const killedExit = (
  last: LogRecord,
  at: number,
  seq: number,
  id: string,
  openCalls: number,
): LogRecord => ({
  ...derivedFrom(last, at, seq, id),
  source: 'lifecycle',
  message: 'the capture was killed; how the server ended is not known',
  attributes: { event: 'exit', killed: true, lostCalls: openCalls },
})
