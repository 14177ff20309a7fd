/** Directories and files that only their owner may read: records hold what servers say to nobody else. */
import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { LogboomError } from '@logboom/sdk/errors'

export const PRIVATE_DIRECTORY = 0o700
export const PRIVATE_FILE = 0o600

/**
 * Makes a directory (and its parents) that only its owner can enter. One that is there already stays as it is: it may be
 * anybody's (`--home .`), and what is made in it is private by itself. On Windows a user's data directory is private by
 * inheritance, and modes mean nothing.
 *
 * @throws LogboomError LB_HOME_UNUSABLE when it cannot be made or is no directory.
 */
export const makePrivateDirectory = (path: string): void => {
  try {
    makeWithParents(path)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new LogboomError('LB_HOME_UNUSABLE', `cannot use the directory ${path}: ${why}`, {
      hint: 'Choose another one with --home DIR or LOGBOOM_HOME.',
      cause,
    })
  }
}

/** Not Node's own `recursive`: that one never returns where a directory exists but nothing can be made in it (/proc). */
const makeWithParents = (path: string): void => {
  try {
    mkdirSync(path, PRIVATE_DIRECTORY)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EEXIST' && statSync(path).isDirectory()) return
    const parent = dirname(path)
    if (code !== 'ENOENT' || parent === path || exists(parent)) throw error
    makeWithParents(parent)
    // Again from the start: another tap may have made it meanwhile.
    makeWithParents(path)
  }
}

const exists = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined
