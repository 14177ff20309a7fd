/** Records to Datadog: the HTTP log intake, version 2. */
import { byteLength } from '../../record/index.ts'
import { sendParts, splitBatch } from '../http/parts.ts'
import type { Sink } from '../types.ts'
import { encodeEntry } from './encode.ts'
import { type DatadogSinkOptions, readOptions } from './options.ts'
import { sendEntries } from './send.ts'

/** Entries of one payload. */
const MAX_ENTRIES = 1000
/** One entry; Datadog would cut what is longer in the middle of its JSON. */
const MAX_ENTRY_BYTES = 1_000_000
const BRACKETS = 2

/**
 * Sends each batch as one payload, or as several within Datadog's limits (5 MB, 1000 entries, 1 MB an entry).
 * @throws LogboomError LB_SINK_OPTIONS naming the option that is not what it has to be
 * @throws SinkError (in an attempt): retryable for 408, 425, 429, 500, 502, 503, 504, a time-out and a failed connection; final
 * for any other answer (403: the key); `rejects` where only a part was not taken
 * @example datadogSink({ apiKey: process.env.DD_API_KEY ?? '', site: 'datadoghq.eu', tags: { env: 'prod' } })
 */
export const datadogSink = (options: DatadogSinkOptions): Sink => {
  const settings = readOptions(options)
  return (batch, context) => {
    const entries = batch.map((record) => encodeEntry(record, settings))
    const weights = entries.map((entry) => {
      const size = byteLength(entry) + 1
      return { size: size > MAX_ENTRY_BYTES ? Number.POSITIVE_INFINITY : size }
    })
    const split = splitBatch(weights, { maxSize: settings.maxBytes - BRACKETS, maxUnits: MAX_ENTRIES })
    return sendParts('Datadog', split, (part) =>
      sendEntries(
        part.map((index) => entries[index] ?? ''),
        settings,
        context?.signal,
      ),
    )
  }
}
