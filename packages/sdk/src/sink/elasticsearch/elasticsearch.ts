/** Records to Elasticsearch or OpenSearch through the bulk API. */
import { byteLength } from '../../record/index.ts'
import { sendParts, splitBatch } from '../http/parts.ts'
import type { Sink } from '../types.ts'
import { encodeAction } from './encode.ts'
import { type ElasticsearchSinkOptions, readOptions } from './options.ts'
import { sendActions } from './send.ts'

/** Its answer has to fit in what is read of one. */
const MAX_ACTIONS = 2000

/**
 * Sends each batch as one bulk request, or as several of `maxBytes`. A record that is sent again is not there twice.
 * @throws LogboomError LB_SINK_OPTIONS naming the option that is not what it has to be
 * @throws SinkError (in an attempt): `rejects` for records the cluster refused, to be tried again for 429 and 5xx; else as
 * `webhookSink`
 * @example elasticsearchSink({ url: 'https://es.example.com', index: 'mcp-{date}', apiKey: process.env.ES_API_KEY })
 */
export const elasticsearchSink = (options: ElasticsearchSinkOptions): Sink => {
  const settings = readOptions(options)
  return (batch, context) => {
    const actions = batch.map((record) => encodeAction(record, settings.index, settings.attributes))
    const weights = actions.map((action) => ({ size: byteLength(action) }))
    const split = splitBatch(weights, { maxSize: settings.maxBytes, maxUnits: MAX_ACTIONS })
    return sendParts('Elasticsearch', split, (part) =>
      sendActions(
        part.map((index) => actions[index] ?? ''),
        settings,
        context?.signal,
      ),
    )
  }
}
