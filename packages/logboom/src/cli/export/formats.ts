/** The formats of `logboom export`: records in, text out, piece by piece. */
import type { LogRecord } from '@logboom/sdk/record'
import { encodeLogs } from '@logboom/sdk/sink'
import { visible } from '../render/index.ts'
import { CSV_COLUMNS, createCsvEncoder } from './csv.ts'
import type { Format } from './format.ts'

export interface Encoder {
  /** What stands before the first record. */
  begin(): string
  /** The text that is ready when this record has come; may be empty. */
  add(record: LogRecord): string
  /** What stands after the last one. */
  end(): string
  /** What somebody who reads the file should know. */
  notes(): string[]
}

export interface FormatSettings {
  columns?: readonly string[]
  /** Puts an apostrophe before cells that a spreadsheet would run as a formula. */
  guard: boolean
  /** A terminal reads it: nothing in a record may act on it. */
  isTTY: boolean
}

const ndjson = (): Encoder => ({
  begin: () => '',
  add: (record) => `${JSON.stringify(record)}\n`,
  end: () => '',
  notes: () => [],
})

const csv = ({ columns = CSV_COLUMNS, guard, isTTY }: FormatSettings): Encoder => {
  const encoder = createCsvEncoder({ columns, guard })
  const shown = (line: string): string => (isTTY ? `${visible(line.slice(0, -2))}\n` : line)
  return {
    begin: () => shown(encoder.header),
    add: (record) => shown(encoder.line(record)),
    end: () => '',
    notes: () => {
      const count = encoder.guarded()
      if (count === 0) return []
      return [
        `${count} ${count === 1 ? 'cell begins' : 'cells begin'} with = + - or @, which a spreadsheet would run: an apostrophe stands before ${count === 1 ? 'it' : 'them'} (--no-guard leaves it out).`,
      ]
    },
  }
}

/** A request holds at most so many records: collectors refuse large ones. */
const OTLP_RECORDS = 512
/** And so many characters of messages. */
const OTLP_TEXT = 1024 * 1024

/** The resource is the server's, as capture told it. */
const RESOURCE = { attributes: {}, serviceName: () => undefined }

const otlp = (): Encoder => {
  let batch: LogRecord[] = []
  let text = 0
  const flush = (): string => {
    if (batch.length === 0) return ''
    const request = encodeLogs(batch, RESOURCE)
    batch = []
    text = 0
    return `${JSON.stringify(request)}\n`
  }
  return {
    begin: () => '',
    add(record) {
      batch.push(record)
      text += record.message.length
      return batch.length >= OTLP_RECORDS || text >= OTLP_TEXT ? flush() : ''
    },
    end: flush,
    notes: () => [],
  }
}

/**
 * An encoder of a format.
 * @throws LogboomError `LB_USAGE` for a CSV column that is none
 */
export const createEncoder = (format: Format, settings: FormatSettings): Encoder => {
  switch (format) {
    case 'ndjson':
      return ndjson()
    case 'csv':
      return csv(settings)
    case 'otlp':
      return otlp()
  }
}
