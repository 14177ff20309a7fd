/** What a Slack sink can be told. */
import { checkOptions, kinds, optional } from '../../errors/options.ts'
import { readAddress, request } from '../http/options.ts'
import type { PostSettings } from '../http/post.ts'

export interface SlackSinkOptions {
  /** The address of an incoming webhook. Its path is its secret: only its host is ever shown. */
  url: string
  /** Milliseconds until an attempt is given up; it is tried again. @default 10_000 */
  timeoutMs?: number
  /** Milliseconds between two messages; Slack allows one a second. @default 1000 */
  gapMs?: number
}

export interface SlackSettings {
  request: PostSettings
  gapMs: number
}

/** @throws LogboomError LB_SINK_OPTIONS naming the option */
export const readOptions = (options: SlackSinkOptions): SlackSettings => {
  checkOptions('slackSink', options, {
    url: kinds.url,
    timeoutMs: optional(kinds.positive),
    gapMs: optional(kinds.positive),
  })
  const { url, timeoutMs, gapMs = 1000 } = options
  const asked = { gzip: false, ...(timeoutMs === undefined ? {} : { timeoutMs }) }
  return {
    request: request('Slack', readAddress(url), asked, { 'content-type': 'application/json' }),
    gapMs,
  }
}
