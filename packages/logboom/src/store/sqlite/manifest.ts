/** The manifest: which files count. Specified in `format.ts`. */
import { createHash } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { LogboomError } from '@logboom/sdk/errors'
import { failpoint } from '../../platform/failpoint.ts'
import { openDatabase } from './database.ts'
import {
  MANIFEST_FILE,
  parseStoreFileName,
  QUARANTINE_DIRECTORY,
  SEGMENT_ROWS,
  STORE_VERSION,
} from './format.ts'

/** What is told of a sealed file, so that it need not be opened to know that it has no answer. */
export interface SealedEntry {
  name: string
  /** Positions: of the first record it may hold, and of the last it has. */
  first: number
  last: number
  rows: number
  bytes: number
  /** The earliest and the latest. */
  time: [number, number]
  observed: [number, number]
  /** Rows by server. */
  servers: Record<string, number>
}

/** A file that is being written, or waits to be sealed. */
export interface HotEntry {
  name: string
  first: number
}

export type FileEntry = SealedEntry | HotEntry

export const isSealedEntry = (entry: FileEntry): entry is SealedEntry => 'rows' in entry

export interface Manifest {
  logboom: number
  generation: number
  /** Above all positions that were ever given out. */
  next: number
  /** In the order of positions: sealed ones first. */
  files: FileEntry[]
  /** Records the store itself dropped, by reason. */
  dropped: Record<string, number>
  /** What retention knows of the clock; see `write/clock.ts`. */
  clock?: { seen: number; suspect?: number }
}

export const emptyManifest = (): Manifest => ({
  logboom: STORE_VERSION,
  generation: 0,
  next: 1,
  files: [],
  dropped: {},
})

const checksum = (json: string): string => createHash('sha256').update(json).digest('hex')

/**
 * The manifest of a store; `undefined` when there is none, or it is not what was written.
 * @throws LogboomError `LB_STORE_FORMAT` for a later version
 */
export const readManifest = (dir: string): Manifest | undefined => {
  let text: string
  try {
    text = readFileSync(join(dir, MANIFEST_FILE), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  const [json = '', sum] = text.split('\n')
  if (checksum(json) !== sum) return undefined
  const manifest = JSON.parse(json) as Manifest
  if (manifest.logboom > STORE_VERSION) throw laterFormat(join(dir, MANIFEST_FILE), manifest.logboom)
  // Files of an earlier version are told anew, in the words of this one.
  return manifest.logboom === STORE_VERSION ? manifest : undefined
}

export const laterFormat = (path: string, version: number): LogboomError =>
  new LogboomError('LB_STORE_FORMAT', `${path} has format ${version}; this version reads ${STORE_VERSION}`, {
    hint: 'Use the version of logboom that wrote it, or another home.',
  })

/** Replaces the manifest as a whole. */
export const writeManifest = (dir: string, manifest: Manifest): void => {
  const path = join(dir, MANIFEST_FILE)
  const json = JSON.stringify(manifest)
  const file = openSync(`${path}.tmp`, 'w', 0o600)
  try {
    // Whole or not at all: where room is short one write may fall short without a word.
    writeFileSync(file, `${json}\n${checksum(json)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  failpoint('manifest.written')
  renameSync(`${path}.tmp`, path)
  syncDirectory(dir)
  failpoint('manifest.renamed')
}

/** Makes names in a directory safe from the machine's death. Windows cannot, and need not. */
export const syncDirectory = (dir: string): void => {
  if (process.platform === 'win32') return
  const handle = openSync(dir, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** What a file says about itself. */
export interface FileFacts {
  format: number
  kind: string
  /** Of a sealed file: its entry. */
  entry?: SealedEntry
}

/**
 * Reads a file's `meta`.
 * @throws what SQLite throws for a damaged file; LogboomError `LB_STORE_FORMAT` for a later version
 */
export const readFacts = (path: string, name: string): FileFacts => {
  const db = openDatabase(path, { readOnly: true })
  try {
    const rows = db.arrays('SELECT key, value FROM meta').all()
    const meta = new Map(rows.map(([key, value]) => [String(key), value]))
    const format = Number(meta.get('format'))
    if (format > STORE_VERSION) throw laterFormat(path, format)
    const kind = String(meta.get('kind'))
    const summary = meta.get('entry')
    if (typeof summary !== 'string') return { format, kind }
    return { format, kind, entry: { ...JSON.parse(summary), name, bytes: statSync(path).size } }
  } finally {
    db.close()
  }
}

/** Makes a manifest from the files alone. Names in `damaged` are files that could not be read. */
export const rebuildManifest = (dir: string): { manifest: Manifest; damaged: string[] } => {
  const manifest = emptyManifest()
  const damaged: string[] = []
  const sealed = new Map<number, SealedEntry>()
  const hot: HotEntry[] = []
  for (const name of readdirSync(dir).sort()) {
    const parsed = parseStoreFileName(name)
    if (parsed === undefined) continue
    manifest.next = Math.max(manifest.next, parsed.first + SEGMENT_ROWS)
    if (parsed.kind === 'hot') {
      hot.push({ name, first: parsed.first })
      continue
    }
    // Retention cut it, and was about to delete it.
    if (statSync(join(dir, name)).size === 0) continue
    const entry = tryEntry(dir, name)
    if (entry === undefined) damaged.push(name)
    else sealed.set(parsed.first, entry)
  }
  for (const name of quarantined(dir)) {
    const first = parseStoreFileName(name.replace(/^\d+-/, ''))?.first ?? 0
    manifest.next = Math.max(manifest.next, first + SEGMENT_ROWS)
  }
  const byPosition = [...sealed.values()].sort((a, b) => a.first - b.first)
  // Where both are there, the seal was complete and the hot file about to be deleted.
  manifest.files = [...byPosition, ...hot.filter(({ first }) => !sealed.has(first))]
  return { manifest, damaged }
}

const tryEntry = (dir: string, name: string): SealedEntry | undefined => {
  try {
    return readFacts(join(dir, name), name).entry
  } catch (error) {
    if (error instanceof LogboomError) throw error
    return undefined
  }
}

/** Names of the files in quarantine: `<time>-<name>`; the log of a hot file may stand beside it. */
export const quarantined = (dir: string): string[] => {
  try {
    const names = readdirSync(join(dir, QUARANTINE_DIRECTORY))
    return names.filter((name) => name.endsWith('.db')).sort()
  } catch {
    return []
  }
}
