/** One bulk request, and what its answer says of each record. */
import { isObject } from '../../record/index.ts'
import { type Reject, SinkError } from '../errors.ts'
import { post } from '../http/post.ts'
import type { ElasticsearchSettings } from './options.ts'

const MAX_REASON = 200
/** Of an item: it was there before, so an earlier attempt had been taken. */
const CONFLICT = 409

/** The items of an answer; undefined when it is none of the bulk API. */
const itemsOf = (body: string): { status: number; reason: string }[] | undefined => {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    return undefined
  }
  if (!isObject(json) || !Array.isArray(json.items)) return undefined
  return json.items.map((item: unknown) => {
    const result = isObject(item) ? Object.values(item)[0] : undefined
    const { status, error } = isObject(result) ? result : {}
    const { type, reason } = isObject(error) ? error : {}
    const texts = [type, reason].filter((text) => typeof text === 'string')
    return { status: Number(status), reason: texts.join(': ').slice(0, MAX_REASON) }
  })
}

const isTaken = (status: number): boolean => (status >= 200 && status < 300) || status === CONFLICT

export const sendActions = async (
  actions: readonly string[],
  settings: ElasticsearchSettings,
  signal: AbortSignal | undefined,
): Promise<void> => {
  const { to, url } = settings.request
  const { body } = await post(actions.join(''), settings.request, signal)
  const items = itemsOf(body)
  const who = `${to} at ${new URL(url).host}`
  // Something else answered. What was taken all the same is not there twice after another attempt.
  if (items?.length !== actions.length)
    throw new SinkError(`${who}: the answer is not that of the bulk API`, { retryable: true })
  const rejects = items.flatMap(({ status, reason }, index): Reject[] =>
    isTaken(status)
      ? []
      : [{ index, reason: `${status} ${reason}`.trim(), retryable: status === 429 || status >= 500 }],
  )
  if (rejects.length === 0) return
  throw new SinkError(`${who}: ${rejects.length} records rejected: ${rejects[0]?.reason ?? ''}`, {
    retryable: rejects.every(({ retryable }) => retryable),
    rejects,
  })
}
