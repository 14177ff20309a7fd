/** The rules, one function each. A rule says nothing unless what is recorded says it. */
import { type LogRecord, type NamedCall, severity } from '@logboom/sdk/record'
import type { Case, Rule, RuleId } from './types.ts'
import { failedConnection } from './upstream.ts'

const INVALID_PARAMS = -32602
const UNKNOWN_METHOD = -32601
const INTERNAL_ERROR = -32603
const PARSE_ERROR = -32700
const UNSUPPORTED_VERSION = -32022

/** Legacy servers have no code of their own for it. */
const NAMES_VERSION = /\b(?:unsupported|unknown|invalid|incompatible)\b.{0,40}\bprotocol ?version\b/i
/** How the official SDKs tell arguments that do not fit as a tool's error: TypeScript 1.x, Python. */
const REFUSED_ARGUMENTS = /^(?:MCP error -32602\b|Input validation error:)/
/** How the official clients tell an answer that is no success: its status, or that it was none. */
const HTTP_STATUS = /\bHTTP (?:status )?[1-5]\d\d\b|\bstatus code [1-5]\d\d\b|\bError POSTing to endpoint\b/i

const reasonOf = ({ outcome }: Case): string | undefined =>
  typeof outcome.attributes.reason === 'string' ? outcome.attributes.reason : undefined

const withDetail = (detail: string | undefined) => (detail === undefined || detail === '' ? {} : { detail })

const failedWith =
  (code: number, party: 'asker' | 'answerer' | 'transport'): Rule =>
  (one) =>
    one.status === 'rpc_error' && one.code === code ? { party, ...withDetail(one.error) } : undefined

/** Did whoever wrote the line mean it as trouble? Lines without any level are read, and given `info`, by us. */
const tellsTrouble = ({ source, level, attributes }: LogRecord): boolean =>
  severity(level) >= severity('warning') ||
  ((source === 'stderr' || source === 'stdout') && attributes.levelFrom === undefined && level === 'info')

const isAnswerTo = ({ requestId }: NamedCall, line: string): boolean =>
  line.includes('"jsonrpc"') &&
  !line.includes('"method"') &&
  /"id" ?: ?("[^"]*"|[\d.]+)/.exec(line)?.[1] === JSON.stringify(requestId)

const IS_LOG: ReadonlySet<LogRecord['source']> = new Set(['message', 'stderr', 'stdout', 'otlp', 'app'])

export const BY_ID: Readonly<Record<RuleId, Rule>> = {
  unsupported_version: ({ status, code, error, story }) =>
    status === 'rpc_error' &&
    (code === UNSUPPORTED_VERSION || (story.call.method === 'initialize' && NAMES_VERSION.test(error)))
      ? { party: 'version', ...withDetail(error) }
      : undefined,

  // Its answer, in a line that is no message: something else was printed into it.
  stray_stdout({ status, story: { call, records } }) {
    if (status === 'ok' || status.endsWith('_error')) return undefined
    const spoilt = records.find(({ source, message }) => source === 'stdout' && isAnswerTo(call, message))
    return spoilt && { party: 'server', detail: spoilt.message, record: spoilt.id }
  },

  cancelled: (one) =>
    one.status === 'cancelled' ? { party: 'asker', ...withDetail(reasonOf(one)) } : undefined,

  timeout: (one) => (one.status === 'timeout' ? { party: 'asker', ...withDetail(reasonOf(one)) } : undefined),

  parse_error: failedWith(PARSE_ERROR, 'transport'),

  unknown_method: failedWith(UNKNOWN_METHOD, 'asker'),

  invalid_params: (one) =>
    failedWith(INVALID_PARAMS, 'asker')(one) ??
    (one.status === 'tool_error' && REFUSED_ARGUMENTS.test(one.error)
      ? { party: 'asker', detail: one.error }
      : undefined),

  upstream({ status, error, story, outcome }) {
    if (story.call.from !== 'client' || (status !== 'tool_error' && status !== 'rpc_error')) return undefined
    const told = failedConnection(error)
    if (told !== undefined) return { party: 'server', detail: told, record: outcome.id }
    for (const record of story.records.toReversed()) {
      const line = IS_LOG.has(record.source) && tellsTrouble(record) && failedConnection(record.message)
      if (line) return { party: 'server', detail: line, record: record.id }
    }
    return undefined
  },

  tool_error: ({ status, error }) =>
    status === 'tool_error' ? { party: 'answerer', ...withDetail(error) } : undefined,

  internal_error: failedWith(INTERNAL_ERROR, 'answerer'),

  server_error: ({ status, error }) =>
    status === 'rpc_error' ? { party: 'answerer', ...withDetail(error) } : undefined,

  exited: ({ status, ending }) =>
    status === 'lost' && ending?.told === true
      ? { party: 'server', detail: ending.message, record: ending.record }
      : undefined,

  http_status(one) {
    const reason = reasonOf(one)
    return one.status === 'lost' && reason !== undefined && HTTP_STATUS.test(reason)
      ? { party: 'transport', detail: reason }
      : undefined
  },

  connection_lost: (one) =>
    one.status === 'lost'
      ? {
          party: 'transport',
          ...withDetail(reasonOf(one) ?? one.ending?.message),
          ...(one.ending === undefined ? {} : { record: one.ending.record }),
        }
      : undefined,
}
