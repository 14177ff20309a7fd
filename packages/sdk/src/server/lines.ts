/** A record as one line of stderr: marked JSON for programs (see `observe/origin.ts`), readable text for a terminal. */
import { type LogRecord, visibleJson } from '../record/index.ts'
import { prettyLine } from '../sink/line/index.ts'

const requestIdOf = ({ call }: LogRecord): string | number | undefined =>
  call !== undefined && 'requestId' in call ? call.requestId : undefined

/** Anything but plain ASCII: most lines have none of it, and then nothing in them could act. */
const UNPRINTABLE = /[^ -~]/

/**
 * The line an observer reads back exactly.
 * @example markedLine(record) // '{"logboom":1,"id":"0190…","time":…,"level":"info","message":"hi","attributes":{}}\n'
 */
export const markedLine = (record: LogRecord): string => {
  const { id, time, level, logger, message, attributes, traceId, spanId } = record
  const requestId = requestIdOf(record)
  const marked = { logboom: 1, id, time, level, logger, message, attributes, requestId, traceId, spanId }
  const json = JSON.stringify(marked)
  return `${UNPRINTABLE.test(json) ? visibleJson(json) : json}\n`
}

/**
 * The line a person reads, in local time. That it is the application's own is not worth a word on its own stderr.
 * @example readableLine(record, false) // '12:00:00.000 info      AnalyticsServer analyze_data received data  size=3\n'
 */
export const readableLine = (record: LogRecord, color: boolean): string =>
  `${prettyLine(record.source === 'app' ? { ...record, source: 'message' } : record, { color })}\n`
