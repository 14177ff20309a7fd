/** How files are compressed: what each codec is called, begins with, and whether this Node has it. */
import process from 'node:process'
import zlib, { type Gunzip, type Gzip, type ZlibOptions } from 'node:zlib'

export type Compression = 'gzip' | 'zstd'

export interface Codec {
  readonly name: Compression
  /** What a compressed file's name ends in. */
  readonly extension: string
  /** What a compressed file begins with. */
  readonly magic: readonly number[]
  /** Absent where this Node cannot. */
  readonly compress?: () => Gzip
  readonly decompress?: () => Gunzip
}

/** Not in the types of the oldest Node we run on. */
const { createZstdCompress, createZstdDecompress } = zlib as {
  createZstdCompress?: () => Gzip
  createZstdDecompress?: (options: Pick<ZlibOptions, 'chunkSize'>) => Gunzip
}

/** Bytes unpacked at once. */
const UNPACKED = { chunkSize: 64 * 1024 }

export const codecs: Readonly<Record<Compression, Codec>> = {
  gzip: {
    name: 'gzip',
    extension: '.gz',
    magic: [0x1f, 0x8b],
    compress: () => zlib.createGzip(),
    decompress: () => zlib.createGunzip(UNPACKED),
  },
  zstd: {
    name: 'zstd',
    extension: '.zst',
    magic: [0x28, 0xb5, 0x2f, 0xfd],
    ...(createZstdCompress === undefined ? {} : { compress: () => createZstdCompress() }),
    ...(createZstdDecompress === undefined ? {} : { decompress: () => createZstdDecompress(UNPACKED) }),
  },
}

/** The codec a file's name tells of. */
export const codecOfName = (path: string): Codec | undefined =>
  Object.values(codecs).find(({ extension }) => path.toLowerCase().endsWith(extension))

/** The codec a file's first bytes tell of. */
export const codecOfBytes = (bytes: Uint8Array): Codec | undefined =>
  Object.values(codecs).find(({ magic }) => magic.every((byte, index) => bytes[index] === byte))

/** What to do where zstd is missing. */
export const NEEDS_ZSTD = `zstd needs Node 22.15 or later; this is ${process.version}`
