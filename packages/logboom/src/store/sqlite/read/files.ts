/**
 * The files a reader sees: those of the manifest, opened when they are needed, a bounded number at once. The writer may
 * seal, drop or cut any of them meanwhile: then the manifest is read again. A file that the manifest still names and that
 * cannot be read is damaged: it is skipped, and named among the problems.
 */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { LogboomError } from '@logboom/sdk/errors'
import { cannotOpen, isDamaged, isIoError } from '../database.ts'
import { type FileKind, MANIFEST_FILE } from '../format.ts'
import {
  emptyManifest,
  type FileEntry,
  isSealedEntry,
  type Manifest,
  quarantined,
  readManifest,
  rebuildManifest,
} from '../manifest.ts'
import { type Handle, NotReadable, openHandle } from './handle.ts'
import { createSeriesPool } from './series.ts'

export interface Files {
  /** As they are now, oldest first. */
  list(): readonly FileEntry[]
  manifest(): Manifest
  /** What `use` gives; undefined when the file is gone, or cannot be read. */
  use<T>(file: FileEntry, use: (handle: Handle) => T): T | undefined
  /** Whether the manifest still names it, and it can be read. */
  has(file: FileEntry): boolean
  problems(): { file: string; problem: string }[]
  close(): void
}

/** Files open at once: about those of ten million records. */
const MAX_OPEN = 96

/** Bytes, about, that may be kept of all of them together: what was asked last stays. */
const MAX_KEPT = 96 * 1024 * 1024

/**
 * Whom a lack of room hits is left to chance. A question reads one file after the other: to give up what was not used for longest
 * would give up each just before it is needed again, all of them as soon as there is one too many.
 */
const anyOf = <T>(some: readonly T[]): T => some[Math.floor(Math.random() * some.length)] as T

export const kindOf = (file: FileEntry): FileKind => (isSealedEntry(file) ? 'sealed' : 'hot')

export interface FilesSettings {
  /** Told the name of a file in which SQLite finds damage, once. */
  onDamage?: ((name: string) => void) | undefined
  /** Bytes, about, that are kept of the files in memory. */
  maxKept?: number | undefined
}

export const createFiles = (
  dir: string,
  { onDamage = () => {}, maxKept = MAX_KEPT }: FilesSettings = {},
): Files => {
  /** What was used last stands last. */
  const open = new Map<string, Handle>()
  const pool = createSeriesPool()
  const damaged = new Map<string, string>()
  let manifest = emptyManifest()
  let readable: readonly FileEntry[] = []
  let stamp: string | undefined

  const stampNow = (): string => {
    try {
      const { mtimeMs, ino, size } = statSync(join(dir, MANIFEST_FILE))
      return `${ino} ${mtimeMs} ${size}`
    } catch {
      return ''
    }
  }

  const read = (): Manifest => {
    try {
      return readManifest(dir) ?? rebuildManifest(dir).manifest
    } catch (error) {
      if (error instanceof LogboomError) throw error
      return emptyManifest()
    }
  }

  /** Looks at the manifest again if it has changed. Without one, the files are asked each time. */
  const refresh = (): void => {
    const now = stampNow()
    if (now === stamp && now !== '') return
    stamp = now
    manifest = read()
    const names = new Set(manifest.files.map(({ name }) => name))
    for (const [name, handle] of open) {
      if (names.has(name)) continue
      open.delete(name)
      handle.close()
    }
    for (const name of damaged.keys()) if (!names.has(name)) damaged.delete(name)
    readable = manifest.files.filter(({ name }) => !damaged.has(name))
  }

  const take = (file: FileEntry): Handle => {
    const known = open.get(file.name)
    const handle = known ?? openHandle(join(dir, file.name), kindOf(file), pool)
    open.delete(file.name)
    open.set(file.name, handle)
    if (open.size > MAX_OPEN) drop(anyOf([...open.keys()].slice(0, -1)))
    return handle
  }

  const drop = (name: string): void => {
    open.get(name)?.close()
    open.delete(name)
  }

  /** Of some files nothing is kept when all together is too much; what was used last stays. */
  const trim = (): void => {
    let kept = 0
    for (const handle of open.values()) kept += handle.weight()
    const others = [...open.values()].slice(0, -1)
    while (kept > maxKept && others.length > 0) {
      const handle = anyOf(others)
      others.splice(others.indexOf(handle), 1)
      kept -= handle.weight()
      handle.forget()
    }
  }

  const has = ({ name }: FileEntry): boolean => readable.some((file) => file.name === name)

  const use = <T>(file: FileEntry, ask: (handle: Handle) => T, again = false): T | undefined => {
    try {
      const answer = ask(take(file))
      trim()
      return answer
    } catch (error) {
      if (error instanceof LogboomError || !isUnreadable(error)) throw error
      drop(file.name)
      stamp = undefined
      refresh()
      if (!has(file)) return undefined
      // It may have been replaced under the same name just now.
      if (!again) return use(file, ask, true)
      damaged.set(file.name, error instanceof Error ? error.message : String(error))
      readable = readable.filter(({ name }) => name !== file.name)
      if (isDamaged(error)) onDamage(file.name)
      return undefined
    }
  }

  return {
    list() {
      refresh()
      return readable
    },
    manifest() {
      refresh()
      return manifest
    },
    use: (file, ask) => use(file, ask),
    has,
    problems: () => [
      ...quarantined(dir).map((name) => ({
        file: join(dir, 'quarantine', name),
        problem: 'it was damaged and is kept aside; delete it when you do not need it',
      })),
      ...[...damaged].map(([name, problem]) => ({ file: join(dir, name), problem })),
    ],
    close() {
      for (const name of [...open.keys()]) drop(name)
    },
  }
}

const isUnreadable = (error: unknown): boolean =>
  error instanceof NotReadable ||
  isDamaged(error) ||
  isIoError(error) ||
  cannotOpen(error) ||
  // A file that was cut has no tables.
  (error instanceof Error && /no such table/.test(error.message))
