/** One request to a webhook. */
import type { LogRecord } from '../../record/index.ts'
import { post } from '../http/post.ts'
import { encodeBody, messageId, signature } from './encode.ts'
import type { WebhookSettings } from './options.ts'

/** Any 2xx means taken; what the answer says besides is not read. */
export const sendRecords = async (
  records: readonly LogRecord[],
  lines: readonly string[],
  settings: WebhookSettings,
  signal: AbortSignal | undefined,
): Promise<void> => {
  const body = encodeBody(lines, settings.format)
  const id = messageId(records)
  // Made anew for each attempt: receivers refuse what is older than some minutes.
  const timestamp = String(Math.floor(Date.now() / 1000))
  const headers = {
    ...settings.request.headers,
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    ...(settings.key === undefined
      ? {}
      : { 'webhook-signature': signature(settings.key, id, timestamp, body) }),
  }
  await post(body, { ...settings.request, headers }, signal)
}
