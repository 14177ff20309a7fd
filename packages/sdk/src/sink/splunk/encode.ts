/** Records as events of the HTTP Event Collector. */
import type { LogRecord } from '../../record/index.ts'
import { secondsText, timeOf } from '../http/time.ts'
import type { SplunkSettings } from './options.ts'

/** What is indexed beside the event, to be found without reading it: texts of few values. */
const fieldsOf = (record: LogRecord): Record<string, string> => {
  const { call } = record
  const tool = call === undefined || call.attribution === 'ambiguous' ? undefined : call.tool
  return {
    level: record.level,
    server: record.server,
    log_source: record.source,
    ...(tool === undefined ? {} : { tool }),
  }
}

/** One event as JSON. */
export const encodeEvent = (record: LogRecord, names: SplunkSettings['names']): string =>
  JSON.stringify({
    time: secondsText(timeOf(record)),
    ...(record.host === undefined ? {} : { host: record.host }),
    ...names,
    event: record,
    fields: fieldsOf(record),
  })
