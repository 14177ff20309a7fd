/** Records to Grafana Loki through its push API. */
import { byteLength } from '../../record/index.ts'
import { sendParts, splitBatch } from '../http/parts.ts'
import type { Sink } from '../types.ts'
import { encodeEntry } from './encode.ts'
import { type LokiSinkOptions, readOptions } from './options.ts'
import { pushEntries } from './send.ts'

/** `{"streams":[]}` */
const FRAME_BYTES = 14
/** `{"stream":,"values":[]},` */
const STREAM_BYTES = 25

/**
 * Sends each batch as one push, or as several of `maxBytes`.
 * @throws LogboomError LB_SINK_OPTIONS naming the option that is not what it has to be
 * @throws SinkError (in an attempt): with `rejectedCount` where Loki says how many it ignored; else as `webhookSink`
 * @example lokiSink({ url: 'http://loki:3100', tenant: 'team-a', labels: { app: 'assistant' } })
 */
export const lokiSink = (options: LokiSinkOptions): Sink => {
  const settings = readOptions(options)
  const { labels, format, maxBytes, maxLineBytes } = settings
  return (batch, context) => {
    const entries = batch.map((record) => encodeEntry(record, labels, format))
    const weights = entries.map(({ stream, value, line }) => {
      if (byteLength(line) > maxLineBytes) return { size: Number.POSITIVE_INFINITY }
      // As if each were a stream of its own: never more than that.
      return { size: byteLength(value) + byteLength(JSON.stringify(stream)) + STREAM_BYTES }
    })
    const split = splitBatch(weights, { maxSize: maxBytes - FRAME_BYTES })
    return sendParts('Loki', split, (part) =>
      pushEntries(
        part.flatMap((index) => entries[index] ?? []),
        settings,
        context?.signal,
      ),
    )
  }
}
