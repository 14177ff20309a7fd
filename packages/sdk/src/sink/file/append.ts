/** Appends whole lines to a file: what falls short is taken back, or ended so that it spoils no other line. */
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { nodeFs } from '../../journal/index.ts'

export interface Appended {
  /** How many lines were written whole. */
  lines: number
  /** Size of the file afterwards, in bytes. */
  size: number
  error?: unknown
}

/** Opens for appending; makes the directory (0700) and the file (0600) where they are missing. */
const openFile = async (path: string): Promise<FileHandle> => {
  try {
    return await open(path, 'a', 0o600)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    await nodeFs.makeDirectory(dirname(path))
    return await open(path, 'a', 0o600)
  }
}

const writeAll = async (
  file: Pick<FileHandle, 'write'>,
  bytes: Uint8Array,
): Promise<{ written: number; error?: unknown }> => {
  let written = 0
  try {
    while (written < bytes.length) {
      const { bytesWritten } = await file.write(bytes, written, bytes.length - written)
      written += bytesWritten
    }
    return { written }
  } catch (error) {
    return { written, error }
  }
}

export interface OpenLog {
  /** Bytes. */
  readonly size: number
  append(lines: readonly Uint8Array[]): Promise<Appended>
  close(): Promise<void>
}

/** What has to be asked of a file; tests pass one that fails. */
export type LogFile = Pick<FileHandle, 'write' | 'truncate' | 'stat' | 'close'>

/** @param path opened at once, closed by the caller: nothing is held between batches, so a file may be moved or deleted */
export const openLog = async (
  path: string,
  openAt: (path: string) => Promise<LogFile> = openFile,
): Promise<OpenLog> => {
  const file = await openAt(path)
  let size: number
  try {
    size = (await file.stat()).size
  } catch (error) {
    await file.close().catch(() => undefined)
    throw error
  }
  return {
    get size() {
      return size
    },
    async append(lines) {
      const { written, error } = await writeAll(file, Buffer.concat(lines))
      let whole = 0
      let count = 0
      for (const line of lines) {
        if (whole + line.length > written) break
        whole += line.length
        count += 1
      }
      const start = size
      size += written
      if (error === undefined) return { lines: count, size }
      if (whole < written) await takeBack(file, start + whole, start + written)
      return { lines: count, size, error }
    },
    close: () => file.close(),
  }
}

/** Cuts off half a line; where that fails or another process wrote behind it, ends it. */
const takeBack = async (file: LogFile, whole: number, end: number): Promise<void> => {
  try {
    if ((await file.stat()).size === end) {
      await file.truncate(whole)
      return
    }
  } catch {
    // Then it is ended.
  }
  await file.write(Buffer.from('\n')).catch(() => undefined)
}
