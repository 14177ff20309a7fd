/** What a webhook sink can be told. */
import { checkOptions, kinds, oneOf, optional } from '../../errors/options.ts'
import { type HttpSinkOptions, httpKinds, readAddress, request } from '../http/options.ts'
import type { PostSettings } from '../http/post.ts'

export interface WebhookSinkOptions extends HttpSinkOptions {
  /** Where records are posted; http or https. What it has besides the host is never shown. */
  url: string
  /** `json`: `{"records":[…]}`; `ndjson`: a record a line. @default 'json' */
  format?: 'json' | 'ndjson'
  /** Signs each request, see the README; `whsec_` and base64, or any text. Never shown. @default no signature */
  secret?: string
}

export interface WebhookSettings {
  request: PostSettings
  format: 'json' | 'ndjson'
  maxBytes: number
  /** The key of the signature. */
  key: Buffer | undefined
}

const MAX_BYTES = 1024 * 1024
const PREFIX = 'whsec_'

const readKey = (secret: string): Buffer =>
  secret.startsWith(PREFIX) ? Buffer.from(secret.slice(PREFIX.length), 'base64') : Buffer.from(secret, 'utf8')

/** @throws LogboomError LB_SINK_OPTIONS naming the option */
export const readOptions = (options: WebhookSinkOptions): WebhookSettings => {
  checkOptions('webhookSink', options, {
    ...httpKinds,
    url: kinds.url,
    format: optional(oneOf('json', 'ndjson')),
    secret: optional(kinds.text),
  })
  const { format = 'json', secret, maxBytes = MAX_BYTES } = options
  const type = format === 'json' ? 'application/json' : 'application/x-ndjson'
  return {
    request: request(
      'The webhook',
      readAddress(options.url),
      { ...options, gzip: options.gzip ?? false },
      { 'content-type': type },
    ),
    format,
    maxBytes,
    key: secret === undefined ? undefined : readKey(secret),
  }
}
