/** What a Splunk sink can be told. */
import { checkOptions, kinds, optional } from '../../errors/options.ts'
import { type HttpSinkOptions, httpKinds, readAddress, request } from '../http/options.ts'
import type { PostSettings } from '../http/post.ts'

export interface SplunkSinkOptions extends HttpSinkOptions {
  /** Splunk's address with the collector's port; `/services/collector/event` is added unless it ends in it. */
  url: string
  /** The token of the HTTP Event Collector. Never shown. */
  token: string
  /** The index. @default that of the token */
  index?: string
  /** @default '_json' */
  sourcetype?: string
  /** @default 'logboom' */
  source?: string
}

export interface SplunkSettings {
  request: PostSettings
  maxBytes: number
  names: { index?: string; sourcetype: string; source: string }
}

/** Splunk Cloud takes 1 MB. */
const MAX_BYTES = 1_000_000

/** @throws LogboomError LB_SINK_OPTIONS naming the option */
export const readOptions = (options: SplunkSinkOptions): SplunkSettings => {
  checkOptions('splunkSink', options, {
    ...httpKinds,
    url: kinds.url,
    token: kinds.header,
    index: optional(kinds.text),
    sourcetype: optional(kinds.text),
    source: optional(kinds.text),
  })
  const { token, index, sourcetype = '_json', source = 'logboom' } = options
  return {
    request: request('Splunk', readAddress(options.url, '/services/collector/event'), options, {
      'content-type': 'application/json',
      authorization: `Splunk ${token}`,
    }),
    maxBytes: options.maxBytes ?? MAX_BYTES,
    names: { ...(index === undefined ? {} : { index }), sourcetype, source },
  }
}
