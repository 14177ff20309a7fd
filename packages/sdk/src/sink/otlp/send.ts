/** One OTLP/HTTP request, and what its answer means. */
import { isObject } from '../../record/index.ts'
import { SinkError } from '../errors.ts'
import { post } from '../http/post.ts'
import type { OtlpRequest } from './encode.ts'
import type { OtlpSettings } from './options.ts'

/** Answers that the specification calls retryable. */
const RETRYABLE = new Set([429, 502, 503, 504])
const MAX_REASON = 200

/** How many the receiver rejected, and why: `partialSuccess` of the answer. */
const rejectedIn = (body: string): { count: number; reason: string } => {
  let partial: unknown
  try {
    const json: unknown = JSON.parse(body)
    partial = isObject(json) ? (json.partialSuccess ?? json.partial_success) : undefined
  } catch {
    // An empty answer, or one that is no JSON, rejects nothing.
  }
  if (!isObject(partial)) return { count: 0, reason: '' }
  const count = Number(partial.rejectedLogRecords ?? partial.rejected_log_records ?? 0)
  const reason = partial.errorMessage ?? partial.error_message
  return {
    count: Number.isFinite(count) ? count : 0,
    reason: typeof reason === 'string' ? reason.slice(0, MAX_REASON) : '',
  }
}

/** Sends once; resolves when everything was taken. Nothing of the headers and nothing secret of the address is in an error. */
export const sendLogs = async (
  request: OtlpRequest,
  settings: OtlpSettings,
  signal: AbortSignal | undefined,
): Promise<void> => {
  const { url, timeoutMs, gzip } = settings
  const headers = { ...settings.headers, 'content-type': 'application/json' }
  const where = { to: 'OTLP', url, headers, timeoutMs, gzip, retryable: RETRYABLE }
  const { body } = await post(JSON.stringify(request), where, signal)
  const { count, reason } = rejectedIn(body)
  if (count > 0)
    throw new SinkError(
      `OTLP at ${new URL(url).host}: ${count} records rejected${reason === '' ? '' : `: ${reason}`}`,
      { rejectedCount: count },
    )
}
