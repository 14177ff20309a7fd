/** Records to any HTTP address as JSON, signed if asked for. */
import { byteLength } from '../../record/index.ts'
import { sendParts, splitBatch } from '../http/parts.ts'
import type { Sink } from '../types.ts'
import { FRAME_BYTES } from './encode.ts'
import { readOptions, type WebhookSinkOptions } from './options.ts'
import { sendRecords } from './send.ts'

/**
 * Posts each batch as one request, or as several of `maxBytes`.
 * @throws LogboomError LB_SINK_OPTIONS naming the option that is not what it has to be
 * @throws SinkError (in an attempt): retryable for 408, 425, 429, 500, 502, 503, 504, a time-out and a failed connection, with
 * the receiver's `Retry-After`; final for any other answer; `rejects` where only a part was not taken
 * @example webhookSink({ url: 'https://example.com/logs', secret: process.env.WEBHOOK_SECRET })
 */
export const webhookSink = (options: WebhookSinkOptions): Sink => {
  const settings = readOptions(options)
  return (batch, context) => {
    const lines = batch.map((record) => JSON.stringify(record))
    const weights = lines.map((line) => ({ size: byteLength(line) + 1 }))
    const split = splitBatch(weights, { maxSize: settings.maxBytes - FRAME_BYTES })
    return sendParts('The webhook', split, (part) =>
      sendRecords(
        part.flatMap((index) => batch[index] ?? []),
        part.map((index) => lines[index] ?? ''),
        settings,
        context?.signal,
      ),
    )
  }
}
