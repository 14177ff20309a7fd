/**
 * One request to the collector, and what its answer means.
 *
 * It takes events in order and stops at the first it cannot take: `invalid-event-number` is that one, those before it are
 * taken, those behind it were not looked at. So the rest goes again at once, without it.
 */
import { isObject } from '../../record/index.ts'
import { type Reject, SinkError } from '../errors.ts'
import { type Explanation, type PostAnswer, post } from '../http/post.ts'
import type { SplunkSettings } from './options.ts'

const MAX_REASON = 200
/** What the collector says when it is not well: 8 internal error, 9 busy, 26 and 27 a queue or an acknowledgement at capacity. */
const BUSY: ReadonlySet<number> = new Set([8, 9, 26, 27])
/** What is wrong with one event: 6 its format, 7 its index, 12 and 13 no event, 15 its fields. */
const BAD_EVENT: ReadonlySet<number> = new Set([6, 7, 12, 13, 15])

interface Answer {
  code: number
  reason: string
  /** The event it stopped at. */
  at: number | undefined
}

const readAnswer = (body: string): Answer | undefined => {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    return undefined
  }
  if (!isObject(json) || typeof json.code !== 'number') return undefined
  const at = json['invalid-event-number']
  return {
    code: json.code,
    reason: `${typeof json.text === 'string' ? json.text.slice(0, MAX_REASON) : ''} (code ${json.code})`,
    at: typeof at === 'number' && Number.isInteger(at) && at >= 0 ? at : undefined,
  }
}

/** Rejects by index of the request's events. */
const explain =
  (size: number) =>
  ({ body }: PostAnswer): Explanation => {
    const answer = readAnswer(body)
    if (answer === undefined) return {}
    const { code, reason, at } = answer
    const details: Explanation = { reason, ...(BUSY.has(code) ? { retryable: true } : {}) }
    if (at === undefined || at >= size) return details
    const rejects: Reject[] = []
    for (let index = at; index < size; index++)
      rejects.push({ index, reason, retryable: BUSY.has(code) || (index > at && BAD_EVENT.has(code)) })
    return BUSY.has(code) || BAD_EVENT.has(code) ? { ...details, rejects } : details
  }

export const sendEvents = async (
  events: readonly string[],
  settings: SplunkSettings,
  signal: AbortSignal | undefined,
): Promise<void> => {
  const refused: Reject[] = []
  let from = 0
  let failure: SinkError | undefined
  while (from < events.length) {
    const rest = events.slice(from)
    try {
      await post(rest.join('\n'), { ...settings.request, explain: explain(rest.length) }, signal)
      break
    } catch (error) {
      if (!(error instanceof SinkError)) throw error
      failure = error
      const offset = from
      const [bad, ...others] = error.rejects ?? []
      const isBad = bad !== undefined && !bad.retryable
      if (isBad) {
        refused.push({ ...bad, index: offset + bad.index })
        from = offset + bad.index + 1
        continue
      }
      if (offset === 0) throw error
      const left =
        bad === undefined
          ? rest.map((_, index) => ({ index, reason: error.message, retryable: error.retryable }))
          : [bad, ...others]
      refused.push(...left.map((one) => ({ ...one, index: offset + one.index })))
      break
    }
  }
  if (failure === undefined) return
  throw new SinkError(failure.message, {
    retryable: refused.every(({ retryable }) => retryable),
    rejects: refused,
    ...(failure.retryAfterMs === undefined ? {} : { retryAfterMs: failure.retryAfterMs }),
    cause: failure,
  })
}
