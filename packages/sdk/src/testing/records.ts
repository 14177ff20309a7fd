/** Made-up records for tests. */
import { createIds, type LogRecord } from '../record/index.ts'

const newId = createIds()

/** The run of made-up records. */
const RUN = '01930000-0000-7000-8000-000000000001'

/**
 * A whole record: `seq` gives the times and the message, `fields` what the test is about.
 * @example makeRecord(0, { level: 'error', attributes: { code: 7 } })
 */
export const makeRecord = (seq: number, fields: Partial<LogRecord> = {}): LogRecord => {
  const observed = fields.observed ?? 1_760_000_000_000 + seq
  return {
    id: newId(observed),
    time: observed,
    observed,
    seq,
    level: 'info',
    server: 'analytics',
    run: RUN,
    source: 'message',
    message: `record ${seq} – 记录`,
    attributes: {},
    ...fields,
  }
}
