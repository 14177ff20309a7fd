/**
 * What becomes of files that are no longer written: compressed, and deleted when they are too many or too old.
 *
 * A compressed file appears under its name only when it is complete, and only then its original goes. A process killed in
 * between leaves both: the next one compares them, and deletes the original only if the content is the same.
 */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { readdir, rename, stat, unlink, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { errorCode } from '../../journal/fs.ts'
import { type Family, type LogName, logPath } from './names.ts'

const DAY_MS = 86_400_000

export interface Keep {
  /** Files no longer written, compressed or not; the newest stay. */
  files?: number
  /** Days since a file was last written. */
  days?: number
}

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
    const [, stem, digits, extension = '', gz] = pattern.exec(name) ?? []
    const path = join(directory, name)
    if (stem === undefined || isActive(path)) return []
    // Without a number it was written last.
    const number = digits === undefined ? Number.POSITIVE_INFINITY : Number(digits)
    return [{ directory, stem, extension, path, number, compressed: gz !== undefined }]
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

/** Whether the compressed file holds exactly this; not when it is damaged. */
const isCopy = async (path: string, compressed: string): Promise<boolean> => {
  const gunzip = createGunzip()
  const source = createReadStream(compressed)
  source.on('error', (error) => gunzip.destroy(error))
  try {
    const [one, other] = await Promise.all([
      contentHash(createReadStream(path)),
      contentHash(source.pipe(gunzip)),
    ])
    return one === other
  } catch {
    return false
  }
}

const compress = async (path: string, isActive: (path: string) => boolean): Promise<void> => {
  const done = `${path}.gz`
  const unfinished = `${done}.tmp`
  const before = await stat(path)
  try {
    await pipeline(
      createReadStream(path),
      createGzip(),
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

const compressOld = async (file: OldFile, { isActive, freeNumber }: KeepSettings): Promise<void> => {
  const { path } = file
  if (!(await exists(`${path}.gz`))) return compress(path, isActive)
  if (await isCopy(path, `${path}.gz`)) return unlink(path)
  const renamed = logPath(file, await freeNumber(file))
  await rename(path, renamed)
  await compress(renamed, isActive)
}

export interface KeepSettings {
  family: Family
  /** Whether this file is written now. */
  isActive: (path: string) => boolean
  gzip: boolean
  keep: Keep
  now: number
  /** The next number for a file of this name. */
  freeNumber: (name: LogName) => Promise<number>
}

/** Goes once over the files of a server that are no longer written. Throws the first failure after it has tried all. */
export const keepHouse = async (settings: KeepSettings): Promise<void> => {
  const { family, isActive, gzip, keep, now } = settings
  let failure: { error: unknown } | undefined
  const attempt = async (task: () => Promise<void>): Promise<void> => {
    try {
      await task()
    } catch (error) {
      failure ??= { error }
    }
  }
  const old = await listOld(family, isActive)
  if (gzip) for (const file of old) if (!file.compressed) await attempt(() => compressOld(file, settings))
  const files = gzip ? await listOld(family, isActive) : old
  const surplus = files.length - (keep.files ?? Number.POSITIVE_INFINITY)
  for (const [index, { path }] of files.entries()) {
    const tooOld = async (): Promise<boolean> =>
      keep.days !== undefined && (await stat(path)).mtimeMs < now - keep.days * DAY_MS
    await attempt(async () => {
      if (index < surplus || (await tooOld())) await unlink(path)
    })
  }
  if (failure !== undefined) throw failure.error
}
