/** What is in a log file, unpacked where it is packed: piece by piece, as far as it can be read. */
import { type FileHandle, open } from 'node:fs/promises'
import type { Gunzip } from 'node:zlib'
import { LogboomError } from '../../errors/index.ts'
import { errorCode } from '../../journal/fs.ts'
import { type Codec, codecOfBytes, codecOfName, NEEDS_ZSTD } from './codecs.ts'

/** Bytes read at once. */
const READ_BYTES = 64 * 1024

const unreadable = (path: string, why: string, hint: string, cause?: unknown): LogboomError =>
  new LogboomError('LB_INPUT_FILE', `cannot read ${path}: ${why}`, {
    hint,
    ...(cause === undefined ? {} : { cause }),
  })

const openToRead = async (path: string): Promise<FileHandle> => {
  try {
    return await open(path, 'r')
  } catch (error) {
    switch (errorCode(error)) {
      case 'ENOENT':
      case 'ENOTDIR':
        throw unreadable(path, 'there is no such file', 'Check its name.', error)
      case 'EACCES':
      case 'EPERM':
        throw unreadable(
          path,
          'permission denied',
          'Log files are for their owner alone: read it as who wrote it.',
          error,
        )
      default:
        throw unreadable(path, reason(error), 'Check the file.', error)
    }
  }
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The codec of a file; its first bytes go before its name, but a name may not promise what is not there. */
const codecOf = (path: string, first: Uint8Array): Codec | undefined => {
  const codec = codecOfBytes(first)
  const named = codecOfName(path)
  // Too short to tell: whatever it was to be is cut off.
  if (named !== undefined && codec?.name !== named.name && first.length >= named.magic.length)
    throw unreadable(
      path,
      `it is not ${named.name}, as its name says`,
      `Rename it, or unpack it as what it is.`,
    )
  if ((codec ?? named)?.name === 'zstd' && (codec ?? named)?.decompress === undefined)
    throw unreadable(path, 'it is compressed with zstd', `${NEEDS_ZSTD}. Or unpack it first: zstd -d.`)
  return codec ?? named
}

/** Reads on from where the handle is. The buffer is used again: a piece is good until the next is asked for. */
async function* rest(handle: FileHandle, buffer: Buffer): AsyncGenerator<Buffer> {
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, null)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}

/**
 * What a stream unpacks of these pieces, until it fails or ends. Not `pipe`: a stream that fails throws away what it had
 * unpacked and nobody had read yet, and the last pieces before damage are the ones that are wanted.
 */
async function* unpack(
  pieces: AsyncIterable<Buffer>,
  stream: Gunzip,
): AsyncGenerator<Buffer, Error | undefined> {
  let failure: Error | undefined
  let wake = (): void => {}
  const woken = (): void => wake()
  stream.on('error', (error) => {
    failure = error
    wake()
  })
  for (const event of ['readable', 'end', 'close']) stream.on(event, woken)

  async function* readUntil(step: Promise<void>): AsyncGenerator<Buffer> {
    let done = false
    void step.then(() => {
      done = true
      wake()
    })
    for (;;) {
      const piece: Buffer | null = stream.read()
      if (piece !== null) yield piece
      // A stream that failed never ends the step it failed in.
      else if (done || failure !== undefined) return
      else
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    }
  }

  try {
    for await (const piece of pieces) {
      yield* readUntil(new Promise((resolve) => stream.write(piece, () => resolve())))
      if (failure !== undefined || stream.readableEnded) break
    }
    if (failure === undefined && !stream.readableEnded) {
      const over = new Promise<void>((resolve) => {
        for (const event of ['end', 'error', 'close']) stream.once(event, () => resolve())
      })
      stream.end()
      yield* readUntil(over)
    }
    return failure
  } finally {
    stream.destroy()
  }
}

const damage = (error: Error): string =>
  errorCode(error) === 'Z_BUF_ERROR'
    ? 'its compressed data ends early; what stands before the end was read'
    : `its compressed data is damaged (${error.message}); what stands before the damage was read`

/**
 * Tells by returning what kept it from reading to the end. A piece is good until the next is asked for.
 * @throws LogboomError LB_INPUT_FILE when it cannot be read at all
 */
export async function* contentOf(path: string): AsyncGenerator<Buffer, string | undefined> {
  const handle = await openToRead(path)
  try {
    if ((await handle.stat()).isDirectory())
      throw unreadable(path, 'it is a directory', `Name its files: '${path.replace(/[/\\]$/, '')}/*'.`)
    const buffer = Buffer.allocUnsafe(READ_BYTES)
    const first = await handle.read(buffer, 0, READ_BYTES, null)
    const codec = codecOf(path, buffer.subarray(0, first.bytesRead))
    const packed = async function* (): AsyncGenerator<Buffer> {
      yield buffer.subarray(0, first.bytesRead)
      yield* rest(handle, buffer)
    }
    try {
      if (codec?.decompress === undefined) {
        yield* packed()
        return undefined
      }
      const failure = yield* unpack(packed(), codec.decompress())
      return failure && damage(failure)
    } catch (error) {
      return `reading it failed (${reason(error)}); what stands before that was read`
    }
  } finally {
    await handle.close()
  }
}
