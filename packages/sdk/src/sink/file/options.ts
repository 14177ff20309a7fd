/** What a file sink may be told, and whether it makes sense. */
import { LogboomError } from '../../errors/index.ts'
import { checkOptions, type Kind, kinds, oneOf, optional } from '../../errors/options.ts'
import type { LineFormat } from '../line/index.ts'
import { type Codec, type Compression, codecs, NEEDS_ZSTD } from './codecs.ts'

/** Which files that are no longer written stay, of each server: all bounds hold, the oldest go first. */
export interface Keep {
  /** At most so many files, compressed or not. */
  files?: number
  /** Days since a file was last written. */
  days?: number
  /** Bytes of them together, as they are on disk: compressed, where they are. */
  bytes?: number
}

export interface FileSinkOptions {
  /** @default 'json' */
  format?: LineFormat
  /** Size in bytes at which the next file begins; a longer line has a file of its own. @default 50 MiB */
  maxBytes?: number
  /** Compress files that are no longer written; `zstd` needs Node 22.15 or later. @default not compressed */
  compress?: Compression
  /** Which files that are no longer written stay, a server; `{}`: all. @default { files: 20 } */
  keep?: Keep
  /** Told when an old file could not be compressed or deleted; it is tried again at the next rotation. */
  onError?: (error: unknown) => void
  /** The clock for `{date}` and `keep.days`, Unix epoch milliseconds. @default Date.now */
  now?: () => number
}

export interface FileSettings {
  format: LineFormat
  maxBytes: number
  codec?: Codec
  keep: Keep
  onError?: (error: unknown) => void
  now: () => number
}

const MAX_BYTES = 50 * 1024 * 1024
const KEEP: Keep = { files: 20 }

const whole: Kind = {
  words: 'a whole number from 0',
  holds: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
}

/**
 * The options with their defaults.
 * @param codecNamed what this Node can compress with; its own unless told otherwise
 * @throws LogboomError LB_SINK_OPTIONS that names the option
 */
export const readOptions = (
  options: FileSinkOptions,
  codecNamed: Readonly<Record<Compression, Codec>> = codecs,
): FileSettings => {
  checkOptions('fileSink', options, {
    format: optional(oneOf('json', 'pretty')),
    maxBytes: optional(kinds.positive),
    compress: optional(oneOf(...Object.keys(codecNamed))),
    keep: optional(kinds.table),
    onError: optional(kinds.callback),
    now: optional(kinds.callback),
  })
  const { keep = KEEP, compress, onError } = options
  checkOptions('fileSink keep', keep, {
    files: optional(whole),
    days: optional(kinds.positive),
    bytes: optional(whole),
  })
  const codec = compress === undefined ? undefined : codecNamed[compress]
  if (codec !== undefined && codec.compress === undefined)
    throw new LogboomError(
      'LB_SINK_OPTIONS',
      `fileSink: the option "compress" cannot be "${codec.name}" here`,
      {
        hint: `${NEEDS_ZSTD}. "gzip" works everywhere.`,
      },
    )
  return {
    format: options.format ?? 'json',
    maxBytes: options.maxBytes ?? MAX_BYTES,
    ...(codec === undefined ? {} : { codec }),
    keep,
    ...(onError === undefined ? {} : { onError }),
    now: options.now ?? Date.now,
  }
}
