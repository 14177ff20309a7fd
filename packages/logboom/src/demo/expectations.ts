/** What must be in the demo's home when its workflow is over: the demo checks itself, and says what is missing. */
import { isCallRecord, LEVELS, type LogRecord } from '@logboom/sdk/record'

export interface Evidence {
  records: readonly LogRecord[]
  servers: readonly string[]
  /** Every byte under the home's journals, and the secret that must not be among them. */
  journals: readonly Buffer[]
  secret: string
}

/** Milliseconds from which a call counts as slow. */
const SLOW = 800
const NOISY = 20

type Check = (evidence: Evidence) => string | undefined

const some =
  (missing: string, test: (record: LogRecord) => boolean): Check =>
  ({ records }) =>
    records.some(test) ? undefined : missing

const status = (record: LogRecord): string | undefined =>
  isCallRecord(record) ? record.call.status : undefined

const CHECKS: readonly Check[] = [
  ({ records, servers }) => {
    const answered = new Set(records.filter((record) => status(record) === 'ok').map(({ server }) => server))
    const silent = servers.filter((server) => !answered.has(server))
    return silent.length === 0 ? undefined : `no call was answered by ${silent.join(', ')}`
  },
  ({ records }) => {
    const seen = new Set(records.map(({ level }) => level))
    const unseen = LEVELS.filter((level) => !seen.has(level))
    return unseen.length === 0 ? undefined : `no record at ${unseen.join(', ')}`
  },
  some('no tool error', (record) => status(record) === 'tool_error'),
  some('no call lost in a crash', (record) => status(record) === 'lost'),
  some('no slow call', (record) => isCallRecord(record) && (record.call.durationMs ?? 0) >= SLOW),
  some('no progress notification', ({ source }) => source === 'notification'),
  some('no record in Chinese', ({ message }) => /\p{Script=Han}/u.test(message)),
  // A server with the SDK behind a tap says each thing on two roads; the record is of the one that was read first.
  some(
    'no log tied to its call',
    ({ source, call }) => (source === 'message' || source === 'stderr') && call?.attribution === 'exact',
  ),
  some(
    'no stack trace as one record',
    ({ source, message }) => source === 'stderr' && /\n\s+at /.test(message),
  ),
  ({ records }) => {
    const noise = records.filter(({ server, level }) => server === 'database' && level === 'error')
    return noise.length >= NOISY ? undefined : `only ${noise.length} errors of the noisy loop`
  },
  some('nothing was masked', ({ redacted = 0 }) => redacted > 0),
  ({ journals, secret }) =>
    journals.some((bytes) => bytes.includes(secret)) ? 'the fake API key is in the journals' : undefined,
]

/** The expectations that were not met, each as one clause; empty when all is well. */
export const unmet = (evidence: Evidence): string[] =>
  CHECKS.map((check) => check(evidence)).filter((missing) => missing !== undefined)
