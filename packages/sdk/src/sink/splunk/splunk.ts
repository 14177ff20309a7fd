/** Records to Splunk through its HTTP Event Collector. */
import { byteLength } from '../../record/index.ts'
import { sendParts, splitBatch } from '../http/parts.ts'
import type { Sink } from '../types.ts'
import { encodeEvent } from './encode.ts'
import { readOptions, type SplunkSinkOptions } from './options.ts'
import { sendEvents } from './send.ts'

/**
 * Sends each batch as one request, or as several of `maxBytes`.
 * @throws LogboomError LB_SINK_OPTIONS naming the option that is not what it has to be
 * @throws SinkError (in an attempt): `rejects` for the events the collector stopped at; retryable for codes 8, 9, 26, 27; else as
 * `webhookSink`
 * @example splunkSink({ url: 'https://splunk.example.com:8088', token: process.env.HEC_TOKEN ?? '', index: 'mcp' })
 */
export const splunkSink = (options: SplunkSinkOptions): Sink => {
  const settings = readOptions(options)
  return (batch, context) => {
    const events = batch.map((record) => encodeEvent(record, settings.names))
    const weights = events.map((event) => ({ size: byteLength(event) + 1 }))
    const split = splitBatch(weights, { maxSize: settings.maxBytes })
    return sendParts('Splunk', split, (part) =>
      sendEvents(
        part.map((index) => events[index] ?? ''),
        settings,
        context?.signal,
      ),
    )
  }
}
