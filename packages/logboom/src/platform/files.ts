/** Directories and files that only their owner may read: records hold what servers say to nobody else. */
import { chmodSync, mkdirSync, statSync } from 'node:fs'
import { LogboomError } from '@logboom/sdk/errors'
import { currentOs, type Os } from './os.ts'

export const PRIVATE_DIRECTORY = 0o700
export const PRIVATE_FILE = 0o600

/**
 * Makes a directory (and its parents) that only its owner can enter, and takes away what others may do in one that
 * is there already. On Windows a user's data directory is private by inheritance, and modes mean nothing.
 *
 * @throws LogboomError LB_HOME_UNUSABLE when it cannot be made, is no directory, or belongs to somebody else.
 */
export const makePrivateDirectory = (path: string, os: Os = currentOs()): void => {
  try {
    mkdirSync(path, { recursive: true, mode: PRIVATE_DIRECTORY })
    if (os === 'win32') return
    if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, PRIVATE_DIRECTORY)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new LogboomError('LB_HOME_UNUSABLE', `cannot use the directory ${path}: ${why}`, {
      hint: 'Choose another one with --home DIR or LOGBOOM_HOME.',
      cause,
    })
  }
}
