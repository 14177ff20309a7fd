/** What an Elasticsearch (or OpenSearch) sink can be told. */
import { checkOptions, type Kind, kinds, oneOf, optional } from '../../errors/options.ts'
import { basic, type HttpSinkOptions, httpKinds, readAddress, request } from '../http/options.ts'
import type { PostSettings } from '../http/post.ts'

export interface ElasticsearchSinkOptions extends HttpSinkOptions {
  /** The cluster's address; `/_bulk` is added. */
  url: string
  /**
   * The data stream, alias or index; `{date}` is the UTC day of the record's time as `2025.10.09`.
   * @default 'logs-logboom-default'
   */
  index?: string
  /** An API key, encoded. Never shown. */
  apiKey?: string
  /** For basic authentication. Never shown. */
  user?: string
  /** For basic authentication. Never shown. */
  password?: string
  /** `object`: as fields that can be searched; `text`: as one JSON text, so that no field can clash with another's type. @default 'object' */
  attributes?: 'object' | 'text'
}

export interface ElasticsearchSettings {
  request: PostSettings
  index: string
  attributes: 'object' | 'text'
  maxBytes: number
}

const MAX_BYTES = 5 * 1024 * 1024

/** What Elasticsearch refuses in a name would refuse every record. */
const indexName: Kind = {
  words: 'a name in lower case without spaces or \\ / * ? " < > | , # :',
  holds: (value) => {
    if (typeof value !== 'string') return false
    const name = value.replaceAll('{date}', '2025.10.09')
    return /^[^-_+.\\/*?"<>|,#:\s{}][^\\/*?"<>|,#:\s{}]*$/.test(name) && name === name.toLowerCase()
  },
}

/** What only counts a request's items is asked for, not what each became. */
const FILTER = 'errors,items.*.status,items.*.error.type,items.*.error.reason'

/** @throws LogboomError LB_SINK_OPTIONS naming the option */
export const readOptions = (options: ElasticsearchSinkOptions): ElasticsearchSettings => {
  checkOptions('elasticsearchSink', options, {
    ...httpKinds,
    url: kinds.url,
    index: optional(indexName),
    apiKey: optional(kinds.header),
    user: options.password === undefined ? optional(kinds.text) : kinds.text,
    password: options.user === undefined ? optional(kinds.text) : kinds.text,
    attributes: optional(oneOf('object', 'text')),
  })
  const { apiKey, user, password, index = 'logs-logboom-default', attributes = 'object' } = options
  const address = readAddress(options.url, '/_bulk')
  const url = new URL(address.url)
  url.searchParams.set('filter_path', FILTER)
  return {
    request: request('Elasticsearch', { ...address, url: url.href }, options, {
      'content-type': 'application/x-ndjson',
      ...(user === undefined || password === undefined ? {} : basic(user, password)),
      ...(apiKey === undefined ? {} : { authorization: `ApiKey ${apiKey}` }),
    }),
    index,
    attributes,
    maxBytes: options.maxBytes ?? MAX_BYTES,
  }
}
