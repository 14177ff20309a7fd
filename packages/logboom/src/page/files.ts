/** The built page: a few static files, held in memory. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

export interface PageFile {
  body: Uint8Array<ArrayBuffer>
  /** Smaller, where it helps. */
  gzip?: Uint8Array<ArrayBuffer>
  type: string
  etag: string
  /** Its name changes with its content. */
  immutable: boolean
}

/** By path, as it is asked for: `/assets/index-BWOfDd-n.js`; the document is `/index.html`. */
export type PageFiles = ReadonlyMap<string, PageFile>

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
}

/** Reads the files of a directory; none where there is no directory. */
export const readPageFiles = (dir = pageDirectory()): PageFiles => {
  const files = new Map<string, PageFile>()
  if (dir === undefined) return files
  const root = dir
  const walk = (path: string): void => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      const name = posix.join(path, entry.name)
      if (entry.isDirectory()) walk(name)
      else files.set(name, readPageFile(join(root, name), name))
    }
  }
  walk('/')
  return files
}

const readPageFile = (file: string, path: string): PageFile => {
  const body = new Uint8Array(readFileSync(file))
  const gzip = new Uint8Array(gzipSync(body))
  return {
    body,
    ...(gzip.length < body.length ? { gzip } : {}),
    type: TYPES[extname(path)] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    immutable: path.startsWith('/assets/'),
  }
}

/** Where the build puts the page: beside the chunk this module is in, in the folder above, or in `dist` of the sources. */
export const pageDirectory = (): string | undefined =>
  ['./ui', '../ui', '../../dist/ui']
    .map((folder) => fileURLToPath(new URL(folder, import.meta.url)))
    .find((dir) => existsSync(join(dir, 'index.html')))
