/** One OTLP/HTTP request, and what its answer means. */
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { isObject } from '../../record/index.ts'
import { SinkError } from '../errors.ts'
import type { OtlpRequest } from './encode.ts'
import type { OtlpSettings } from './options.ts'

const compress = promisify(gzip)
/** Answers that the specification calls retryable. */
const RETRYABLE = new Set([429, 502, 503, 504])
/** Of an answer, so much is read. */
const MAX_ANSWER_BYTES = 64 * 1024
const MAX_REASON = 200

/** `Retry-After` in milliseconds: seconds, or a date. */
export const retryAfter = (value: string | null, now: number): number | undefined => {
  if (value === null) return undefined
  const seconds = /^\s*\d{1,9}\s*$/.test(value) ? Number(value) : Number.NaN
  const ms = Number.isNaN(seconds) ? Date.parse(value) - now : seconds * 1000
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}

const readBody = async (response: Response): Promise<string> => {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > MAX_ANSWER_BYTES) break
  }
  return text
}

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
  const { url, timeoutMs } = settings
  const { origin, pathname } = new URL(url)
  const where = `${origin}${pathname}`
  const text = JSON.stringify(request)
  const headers: Record<string, string> = { ...settings.headers, 'content-type': 'application/json' }
  if (settings.gzip) headers['content-encoding'] = 'gzip'
  const timeout = AbortSignal.timeout(timeoutMs)
  let response: Response
  let body: string
  try {
    response = await fetch(url, {
      method: 'POST',
      headers,
      body: settings.gzip ? await compress(text) : text,
      // A redirect could carry the headers elsewhere.
      redirect: 'manual',
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    })
    body = await readBody(response)
  } catch (error) {
    const why = timeout.aborted ? `no answer in ${timeoutMs} ms` : 'the connection failed'
    throw new SinkError(`OTLP ${where}: ${why}`, { retryable: true, cause: error })
  }
  const { status } = response
  if (!response.ok) {
    const after = retryAfter(response.headers.get('retry-after'), Date.now())
    throw new SinkError(`OTLP ${where}: answered ${status}`, {
      retryable: RETRYABLE.has(status),
      ...(after === undefined ? {} : { retryAfterMs: after }),
    })
  }
  const { count, reason } = rejectedIn(body)
  if (count > 0)
    throw new SinkError(`OTLP ${where}: ${count} records rejected${reason === '' ? '' : `: ${reason}`}`, {
      rejectedCount: count,
    })
}
