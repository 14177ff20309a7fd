/** Records to a Slack channel through an incoming webhook. For what people should see at once, not for every log. */
import { sendParts, splitBatch } from '../http/parts.ts'
import type { Sink } from '../types.ts'
import { sizeOf } from './blocks.ts'
import { blocksOf, encodeMessage, MAX_BLOCKS, MAX_CHARACTERS } from './encode.ts'
import { readOptions, type SlackSinkOptions } from './options.ts'
import { createSender } from './send.ts'

/**
 * Sends each batch as one message, or as several within Slack's limits, `gapMs` apart. Long texts are cut. The notices of
 * alerts are shown as such.
 * @throws LogboomError LB_SINK_OPTIONS naming the option that is not what it has to be
 * @throws SinkError (in an attempt): retryable for 429 with Slack's `Retry-After`, 5xx, a time-out and a failed connection; final
 * for any other answer, with Slack's word for it; `rejects` where only a part was not taken
 * @example slackSink({ url: process.env.SLACK_WEBHOOK_URL ?? '' })
 */
export const slackSink = (options: SlackSinkOptions): Sink => {
  const send = createSender(readOptions(options))
  return (batch, context) => {
    const blocks = batch.map(blocksOf)
    const weights = blocks.map((some) => ({
      size: some.reduce((sum, block) => sum + sizeOf(block), 0),
      units: some.length,
    }))
    const split = splitBatch(weights, { maxSize: MAX_CHARACTERS, maxUnits: MAX_BLOCKS })
    return sendParts('Slack', split, (part) =>
      send(
        encodeMessage(
          part.flatMap((index) => batch[index] ?? []),
          part.flatMap((index) => blocks[index] ?? []),
        ),
        context?.signal,
      ),
    )
  }
}
