/** The few file operations the journal needs: passed in, so that tests can make each of them fail, stall or fall short. */
import { mkdir, open, readdir, stat, statfs, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'

export interface JournalFile {
  /** Appends; tells how many bytes were taken, which may be fewer than given. */
  write(bytes: Uint8Array): Promise<number>
  /** Size in bytes, and how many names the file still has: 0 once somebody deleted it. */
  stat(): Promise<{ size: number; names: number }>
  truncate(size: number): Promise<void>
  close(): Promise<void>
}

export interface JournalFs {
  /** Makes a directory (0700) and those above it; no error if it exists. */
  makeDirectory(path: string): Promise<void>
  /** Makes a file (0600) that must not exist, for appending. */
  create(path: string): Promise<JournalFile>
  list(directory: string): Promise<string[]>
  stat(path: string): Promise<{ size: number; changed: number }>
  unlink(path: string): Promise<void>
  /** Bytes of the disk that a directory is on, and how many of them anybody may still write. */
  space(directory: string): Promise<{ total: number; free: number }>
}

/** Not Node's own `recursive`: that one never returns where a directory exists but nothing can be made in it (/proc). */
const makeDirectory = async (path: string): Promise<void> => {
  try {
    await mkdir(path, 0o700)
  } catch (error) {
    const code = errorCode(error)
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return
    const parent = dirname(path)
    if (code !== 'ENOENT' || parent === path || (await isThere(parent))) throw error
    await makeDirectory(parent)
    // Again from the start: another writer may have made it meanwhile.
    await makeDirectory(path)
  }
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** The error's code (`ENOENT`), if it has one. */
export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** The real file system. */
export const nodeFs: JournalFs = {
  makeDirectory,
  create: async (path) => {
    const handle = await open(path, 'ax', 0o600)
    return {
      write: async (bytes) => (await handle.write(bytes, 0, bytes.byteLength)).bytesWritten,
      stat: async () => {
        const { size, nlink } = await handle.stat()
        return { size, names: nlink }
      },
      truncate: (size) => handle.truncate(size),
      close: () => handle.close(),
    }
  },
  list: (directory) => readdir(directory),
  stat: async (path) => {
    const { size, mtimeMs } = await stat(path)
    return { size, changed: mtimeMs }
  },
  unlink: (path) => unlink(path),
  space: async (directory) => {
    const { blocks, bavail, bsize } = await statfs(directory)
    return { total: blocks * bsize, free: bavail * bsize }
  },
}
