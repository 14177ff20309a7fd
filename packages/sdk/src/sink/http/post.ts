/** One HTTP request with a batch in it, and what its answer means for a sink. */
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { SinkError, type SinkErrorDetails } from '../errors.ts'

const compress = promisify(gzip)
/** Answers after which the same batch may be taken: too early, too many, or the receiver is not well. */
const RETRYABLE: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504])
/** Of an answer, so much is read. */
const MAX_ANSWER_BYTES = 1024 * 1024

export interface PostSettings {
  /** Who is spoken to, for errors: `Loki`. */
  to: string
  url: string
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
  /** Milliseconds until the attempt is given up. */
  timeoutMs: number
  gzip: boolean
  /** @default 408, 425, 429, 500, 502, 503, 504 */
  retryable?: ReadonlySet<number>
  /** Reads what an answer other than 2xx says; goes before `retryable`. What it returns as `reason` ends the error's message. */
  explain?: (answer: PostAnswer) => Explanation
}

export interface Explanation extends SinkErrorDetails {
  reason?: string
}

export interface PostAnswer {
  status: number
  /** At most a megabyte of it. */
  body: string
}

/** `Retry-After` in milliseconds: seconds, or a date. */
export const retryAfter = (value: string | null, now: number): number | undefined => {
  if (value === null) return undefined
  const seconds = /^\s*\d{1,9}\s*$/.test(value) ? Number(value) : Number.NaN
  const ms = Number.isNaN(seconds) ? Date.parse(value) - now : seconds * 1000
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}

/** Where a request goes, without what may be secret: some receivers take a key in the path or behind the question mark. */
const hostOf = (url: string): string => new URL(url).host

const readBody = async (response: Response): Promise<string> => {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > MAX_ANSWER_BYTES) break
  }
  return text
}

/**
 * Sends once. Nothing of the headers, and of the address only the host, is in an error.
 * @returns the answer, when it is 2xx; what it says of single records is for the caller to read
 * @throws SinkError retryable for a time-out, a failed connection and the retryable answers, with the receiver's `Retry-After`;
 * final for any other answer
 */
export const post = async (
  body: string | Uint8Array,
  settings: PostSettings,
  signal: AbortSignal | undefined,
): Promise<PostAnswer> => {
  const { to, url, timeoutMs, retryable = RETRYABLE } = settings
  const headers: Record<string, string> = { ...settings.headers }
  if (settings.gzip) headers['content-encoding'] = 'gzip'
  const timeout = AbortSignal.timeout(timeoutMs)
  let response: Response
  let answer: string
  try {
    response = await fetch(url, {
      method: 'POST',
      headers,
      body: settings.gzip ? await compress(body) : body,
      // A redirect could carry the headers elsewhere.
      redirect: 'manual',
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    })
    answer = await readBody(response)
  } catch (error) {
    const why = timeout.aborted ? `no answer in ${timeoutMs} ms` : 'the connection failed'
    throw new SinkError(`${to} at ${hostOf(url)}: ${why}`, { retryable: true, cause: error })
  }
  const { status } = response
  if (response.ok) return { status, body: answer }
  const after = retryAfter(response.headers.get('retry-after'), Date.now())
  const { reason = '', ...details } = settings.explain?.({ status, body: answer }) ?? {}
  throw new SinkError(`${to} at ${hostOf(url)}: answered ${status}${reason === '' ? '' : `: ${reason}`}`, {
    retryable: retryable.has(status),
    ...(after === undefined ? {} : { retryAfterMs: after }),
    ...details,
  })
}
