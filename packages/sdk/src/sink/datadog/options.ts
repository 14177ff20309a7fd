/** What a Datadog sink can be told. */
import { checkOptions, type Kind, kinds, optional } from '../../errors/options.ts'
import { type HttpSinkOptions, httpKinds, readAddress, request } from '../http/options.ts'
import type { PostSettings } from '../http/post.ts'

export interface DatadogSinkOptions extends HttpSinkOptions {
  /** An API key of the organisation. Never shown. */
  apiKey: string
  /** The site of the account: `datadoghq.eu`, `us5.datadoghq.com`, … @default 'datadoghq.com' */
  site?: string
  /** The full address, for a proxy. @default https://http-intake.logs.SITE/api/v2/logs */
  url?: string
  /** `service` of every entry. @default the record's server */
  service?: string
  /** `ddsource` of every entry, which chooses the pipeline. @default 'mcp' */
  source?: string
  /** `ddtags` of every entry. @default {} */
  tags?: Readonly<Record<string, string>>
}

export interface DatadogSettings {
  request: PostSettings
  maxBytes: number
  service: string | undefined
  source: string
  tags: string
}

/** A payload is 5 MB uncompressed at most. */
export const MAX_PAYLOAD_BYTES = 5_000_000

const host: Kind = {
  words: 'the name of a site, for example datadoghq.eu',
  holds: (value) => typeof value === 'string' && /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(value),
}

/** A comma would begin another tag. */
const tagsText = (tags: Readonly<Record<string, string>>): string =>
  Object.entries(tags)
    .map(([name, value]) => `${name}:${value}`.replaceAll(',', '_'))
    .join(',')

/** @throws LogboomError LB_SINK_OPTIONS naming the option */
export const readOptions = (options: DatadogSinkOptions): DatadogSettings => {
  checkOptions('datadogSink', options, {
    ...httpKinds,
    apiKey: kinds.header,
    site: optional(host),
    url: optional(kinds.url),
    service: optional(kinds.text),
    source: optional(kinds.text),
    tags: optional(kinds.textTable),
  })
  const { apiKey, site = 'datadoghq.com', url, service, source = 'mcp', tags = {} } = options
  const address = readAddress(url ?? `https://http-intake.logs.${site}/api/v2/logs`)
  return {
    request: request('Datadog', address, options, {
      'content-type': 'application/json',
      'dd-api-key': apiKey,
    }),
    maxBytes: Math.min(options.maxBytes ?? MAX_PAYLOAD_BYTES, MAX_PAYLOAD_BYTES),
    service,
    source,
    tags: tagsText(tags),
  }
}
