/** What of a record can be copied. */
import type { LogRecord } from '../api/client.ts'
import { termOf } from '../ask/terms.ts'
import { addressOf, START } from '../location/place.ts'

/** A query that finds exactly this record. */
export const queryOfRecord = ({ id }: Pick<LogRecord, 'id'>): string => termOf('id', id)

export const jsonOf = (record: LogRecord): string => JSON.stringify(record, null, 2)

/** A minute on both sides: what happened around it is behind it. */
const AROUND_MS = 60_000

/** An address that shows the record to anybody, whenever it is opened. */
export const permalinkOf = ({ id, time }: Pick<LogRecord, 'id' | 'time'>, origin: string): string =>
  origin +
  addressOf({
    ...START,
    record: id,
    since: String(Math.floor(time - AROUND_MS)),
    until: String(Math.ceil(time + AROUND_MS)),
  })

/** A command that asks the hub for it. The token is named, never told. */
export const curlOf = ({ id }: Pick<LogRecord, 'id'>, origin: string, withToken: boolean): string => {
  // What `encodeURIComponent` leaves could end the quotes of a shell.
  const path = encodeURIComponent(id).replace(/'/g, '%27')
  const header = withToken ? '-H "Authorization: Bearer $LOGBOOM_TOKEN" ' : ''
  return `curl ${header}'${origin}/api/v1/records/${path}'`
}
