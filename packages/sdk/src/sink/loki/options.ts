/** What a Loki sink can be told. */
import { checkOptions, type Kind, kinds, oneOf, optional } from '../../errors/options.ts'
import { type HttpSinkOptions, httpKinds, readAddress, request } from '../http/options.ts'
import type { PostSettings } from '../http/post.ts'

export interface LokiSinkOptions extends HttpSinkOptions {
  /** Loki's address; `/loki/api/v1/push` is added unless it ends in it. A user and password in it are sent as a header. */
  url: string
  /** `X-Scope-OrgID`. @default none */
  tenant?: string
  /** Labels of every stream, besides `level`, `server` and `source`: few, and always the same. @default {} */
  labels?: Readonly<Record<string, string>>
  /**
   * `json`: the line is the record; `text`: the line is its message, and the rest is structured metadata (Loki 3, or 2.9 where it
   * is allowed).
   * @default 'json'
   */
  format?: 'json' | 'text'
  /** Bytes of one line at most, Loki's `max_line_size`; a longer one is refused here, alone. @default 262_144 */
  maxLineBytes?: number
}

export interface LokiSettings {
  request: PostSettings
  labels: Readonly<Record<string, string>>
  format: 'json' | 'text'
  maxBytes: number
  maxLineBytes: number
}

const MAX_BYTES = 1024 * 1024
const MAX_LINE_BYTES = 256 * 1024
const OWN_LABELS = ['level', 'server', 'source']

const labelsKind: Kind = {
  words: 'an object of texts, by names of letters, digits and _ other than level, server and source',
  holds: (value) =>
    kinds.textTable.holds(value) &&
    Object.keys(value as object).every((name) => /^[a-z_]\w*$/i.test(name) && !OWN_LABELS.includes(name)),
}

/** @throws LogboomError LB_SINK_OPTIONS naming the option */
export const readOptions = (options: LokiSinkOptions): LokiSettings => {
  checkOptions('lokiSink', options, {
    ...httpKinds,
    url: kinds.url,
    tenant: optional(kinds.header),
    labels: optional(labelsKind),
    format: optional(oneOf('json', 'text')),
    maxLineBytes: optional(kinds.positive),
  })
  const { tenant, labels = {}, format = 'json' } = options
  return {
    request: request('Loki', readAddress(options.url, '/loki/api/v1/push'), options, {
      'content-type': 'application/json',
      ...(tenant === undefined ? {} : { 'x-scope-orgid': tenant }),
    }),
    labels,
    format,
    maxBytes: options.maxBytes ?? MAX_BYTES,
    maxLineBytes: options.maxLineBytes ?? MAX_LINE_BYTES,
  }
}
