/**
 * Where an export goes: standard output, or a file that is whole or not there at all. It is written beside its place as
 * `FILE.tmp`, synced, and renamed; a name that ends in `.gz` is compressed. What is there and no regular file (a device, a
 * pipe) is written to as it is.
 */
import { once } from 'node:events'
import { realpathSync, renameSync, rmSync, statSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { LogboomError } from '@logboom/sdk/errors'
import { PRIVATE_FILE } from '../../platform/index.ts'

export interface Target {
  /** Resolves when more can be taken. */
  write(text: string): Promise<void>
  /** Everything has been written: the file takes its place. */
  finish(): Promise<void>
  /** The file is not wanted any more; nothing of it stays. */
  discard(): Promise<void>
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined

const failed = (file: string, cause: unknown): LogboomError =>
  new LogboomError('LB_OUTPUT_FILE', `cannot write ${file}: ${reasonOf(cause)}`, {
    hint: 'Check that its directory is there and yours to write, and that the disk has room.',
    cause,
  })

const exists = (file: string): LogboomError =>
  new LogboomError('LB_OUTPUT_FILE', `${file} exists`, {
    hint: 'Give another name, or --force to replace it.',
  })

/** The place a name leads to: a link stays one, and what it points at is replaced. */
const placeOf = (file: string): { path: string; kind: 'none' | 'file' | 'other' } => {
  try {
    const path = realpathSync(file)
    return { path, kind: statSync(path).isFile() ? 'file' : 'other' }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { path: file, kind: 'none' }
    throw failed(file, error)
  }
}

const openTemporary = async (temporary: string, force: boolean): Promise<FileHandle> => {
  try {
    return await open(temporary, force ? 'w' : 'wx', PRIVATE_FILE)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    throw new LogboomError(
      'LB_OUTPUT_FILE',
      `${temporary} exists: another export writes it, or one was killed`,
      { hint: 'Wait for it, or give --force.', cause: error },
    )
  }
}

/**
 * Opens a file for an export.
 * @throws LogboomError `LB_OUTPUT_FILE` when it exists and is not to be replaced, or cannot be written
 */
export const openTarget = async (file: string, { force }: { force: boolean }): Promise<Target> => {
  const { path, kind } = placeOf(file)
  if (kind === 'file' && !force) throw exists(file)
  const isDirect = kind === 'other'
  const temporary = `${path}.tmp`
  const asOurs = (error: unknown): never => {
    throw error instanceof LogboomError ? error : failed(file, error)
  }
  const handle = await (isDirect ? open(path, 'w') : openTemporary(temporary, force)).catch(asOurs)
  const sink = new Writable({
    write: (chunk: Uint8Array, _encoding, done) => void handle.writeFile(chunk).then(() => done(), done),
  })
  const gzip = file.endsWith('.gz') ? createGzip() : undefined
  gzip?.on('error', () => {})
  gzip?.pipe(sink)
  const head = gzip ?? sink
  let failure: unknown
  const done = finished(sink).catch((error: unknown) => {
    failure ??= error
    // Whoever waits for room is told.
    head.emit('drain')
  })

  let isOpen = true
  const close = async (): Promise<void> => {
    if (isOpen) await handle.close()
    isOpen = false
  }

  const removeTemporary = (): void => {
    if (!isDirect) rmSync(temporary, { force: true })
  }

  const takePlace = async (): Promise<void> => {
    if (failure !== undefined) throw failure
    if (!isDirect) await handle.sync()
    await close()
    if (isDirect) return
    // Somebody may have made it meanwhile.
    if (!force && placeOf(path).kind !== 'none') throw exists(file)
    renameSync(temporary, path)
  }

  const discard = async (): Promise<void> => {
    head.destroy()
    sink.destroy()
    await done
    await close()
    removeTemporary()
  }

  return {
    async write(text) {
      // An error that ends the waiting is in `failure` by then.
      if (failure === undefined && !head.write(text)) await once(head, 'drain').catch(() => done)
      if (failure !== undefined) throw failed(file, failure)
    },
    async finish() {
      head.end()
      await done
      try {
        await takePlace()
      } catch (error) {
        await discard()
        asOurs(error)
      }
    },
    discard,
  }
}
