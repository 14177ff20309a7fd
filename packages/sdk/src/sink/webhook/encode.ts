/** Records as the body of a webhook, and its signature (Standard Webhooks 1.0). */
import { createHash, createHmac } from 'node:crypto'
import type { LogRecord } from '../../record/index.ts'

/** `{"records":[]}`, and the end of a line. */
export const FRAME_BYTES = 16

export const encodeBody = (lines: readonly string[], format: 'json' | 'ndjson'): string =>
  format === 'json' ? `{"records":[${lines.join(',')}]}` : `${lines.join('\n')}\n`

/** The same for the same records, so that a receiver knows a request that comes again. */
export const messageId = (records: readonly LogRecord[]): string => {
  const hash = createHash('sha256')
  for (const { id } of records) hash.update(`${id}\n`)
  return `msg_${hash.digest('hex').slice(0, 32)}`
}

/** `v1,` and HMAC-SHA256 in base64 over `id.timestamp.body`. */
export const signature = (key: Uint8Array, id: string, timestamp: string, body: string): string =>
  `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
