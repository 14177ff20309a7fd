/**
 * What becomes of files that are no longer written: compressed, and deleted when they are too many, too old or too large
 * together.
 *
 * A compressed file appears under its name only when it is complete, and only then its original goes. A process killed in
 * between leaves both: the next one compares them, and deletes the original only if the content is the same.
 */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, type Stats } from 'node:fs'
import { readdir, rename, stat, unlink, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { errorCode } from '../../journal/fs.ts'
import { type Codec, codecs } from './codecs.ts'
import { type Family, type LogName, logPath } from './names.ts'
import type { Keep } from './options.ts'

const DAY_MS = 86_400_000

interface OldFile extends LogName {
  path: string
  number: number
  compressed: boolean
}

/** The family's files that are not written, oldest first as far as their names tell. */
const listOld = async (
  { directory, pattern }: Family,
  isActive: (path: string) => boolean = () => false,
): Promise<OldFile[]> => {
  const names = await readdir(directory).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  })
  const files = names.flatMap((name): OldFile[] => {
    const [, stem, digits, extension = '', packed] = pattern.exec(name) ?? []
    const path = join(directory, name)
    if (stem === undefined || isActive(path)) return []
    // Without a number it was written last.
    const number = digits === undefined ? Number.POSITIVE_INFINITY : Number(digits)
    return [{ directory, stem, extension, path, number, compressed: packed !== undefined }]
  })
  return files.sort((a, b) => (a.stem === b.stem ? a.number - b.number : a.stem < b.stem ? -1 : 1))
}

/** The highest number among the files of this name, in any form; 0 when there is none. */
export const highestNumber = async (family: Family, { stem }: LogName): Promise<number> => {
  const files = await listOld(family)
  return files.reduce(
    (most, file) => (file.stem === stem && Number.isFinite(file.number) ? Math.max(most, file.number) : most),
    0,
  )
}

const contentHash = async (content: Readable): Promise<string> => {
  const hash = createHash('sha256')
  for await (const chunk of content) hash.update(chunk)
  return hash.digest('hex')
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** Whether the compressed file holds exactly this; not when it is damaged. `undefined` where this Node cannot tell. */
const isCopy = async (path: string, { extension, decompress }: Codec): Promise<boolean | undefined> => {
  if (decompress === undefined) return undefined
  const unpacked = decompress()
  const source = createReadStream(path + extension)
  source.on('error', (error) => unpacked.destroy(error))
  try {
    const [one, other] = await Promise.all([
      contentHash(createReadStream(path)),
      contentHash(source.pipe(unpacked)),
    ])
    return one === other
  } catch {
    return false
  }
}

const compress = async (
  path: string,
  { extension, compress: packer }: Codec,
  isActive: (path: string) => boolean,
): Promise<void> => {
  if (packer === undefined) return
  const done = path + extension
  const unfinished = `${done}.tmp`
  const before = await stat(path)
  try {
    await pipeline(
      createReadStream(path),
      packer(),
      createWriteStream(unfinished, { flags: 'w', mode: 0o600 }),
    )
    // Another process may still write to it: then it is no old file yet.
    if ((await stat(path)).size !== before.size) {
      await unlink(unfinished)
      return
    }
    await utimes(unfinished, before.atime, before.mtime)
    await rename(unfinished, done)
  } catch (error) {
    await unlink(unfinished).catch(() => undefined)
    throw error
  }
  // The clock may have gone back meanwhile.
  await unlink(isActive(path) ? done : path)
}

const compressOld = async (
  file: OldFile,
  codec: Codec,
  { isActive, freeNumber }: KeepSettings,
): Promise<void> => {
  const { path } = file
  let taken = false
  // A former process may have used another codec.
  for (const other of Object.values(codecs)) {
    if (!(await exists(path + other.extension))) continue
    const copy = await isCopy(path, other)
    if (copy === true) return unlink(path)
    // It may be the only one, or a double: both stay until somebody can tell.
    if (copy === undefined) return
    taken = true
  }
  if (!taken) return compress(path, codec, isActive)
  const renamed = logPath(file, await freeNumber(file))
  await rename(path, renamed)
  await compress(renamed, codec, isActive)
}

export interface KeepSettings {
  family: Family
  /** Whether this file is written now. */
  isActive: (path: string) => boolean
  /** Absent: nothing is compressed. */
  codec: Codec | undefined
  keep: Keep
  now: number
  /** The next number for a file of this name. */
  freeNumber: (name: LogName) => Promise<number>
}

/** The files that have to go; given oldest first. */
const surplus = async (files: readonly OldFile[], keep: Keep, now: number): Promise<OldFile[]> => {
  const oldest = keep.days === undefined ? Number.NEGATIVE_INFINITY : now - keep.days * DAY_MS
  const most = keep.bytes ?? Number.POSITIVE_INFINITY
  const gone: OldFile[] = []
  let bytes = 0
  for (const [index, file] of files.toReversed().entries()) {
    // Somebody may have deleted it meanwhile.
    const { size = 0, mtimeMs = now } = await stat(file.path).catch(() => ({}) as Partial<Stats>)
    bytes += size
    if (index >= (keep.files ?? Number.POSITIVE_INFINITY) || bytes > most || mtimeMs < oldest) gone.push(file)
  }
  return gone.reverse()
}

/** Goes once over the files of a server that are no longer written. Throws the first failure after it has tried all. */
export const keepHouse = async (settings: KeepSettings): Promise<void> => {
  const { family, isActive, codec, keep, now } = settings
  let failure: { error: unknown } | undefined
  const attempt = async (task: () => Promise<void>): Promise<void> => {
    try {
      await task()
    } catch (error) {
      failure ??= { error }
    }
  }
  const old = await listOld(family, isActive)
  if (codec !== undefined)
    for (const file of old) if (!file.compressed) await attempt(() => compressOld(file, codec, settings))
  const files = codec === undefined ? old : await listOld(family, isActive)
  for (const { path } of await surplus(files, keep, now)) await attempt(() => unlink(path))
  if (failure !== undefined) throw failure.error
}
