/** One record on one physical line. */
import { type LogRecord, visibleJson } from '../../record/index.ts'
import { type PrettyOptions, prettyLine } from './pretty.ts'

export { type PrettyOptions, prettyLine }

/** `pretty`: for people; `json`: the record as one JSON object (NDJSON). */
export type LineFormat = 'pretty' | 'json'

/** The record as one line of JSON, without a line end; what would act on a terminal is escaped, parsing gives the record. */
export const jsonLine = (record: LogRecord): string => visibleJson(JSON.stringify(record))

/** The encoder of a format: a record as one line with its `\n`. */
export const lineEncoder = (
  format: LineFormat,
  options: PrettyOptions = {},
): ((record: LogRecord) => string) =>
  format === 'json' ? (record) => `${jsonLine(record)}\n` : (record) => `${prettyLine(record, options)}\n`
