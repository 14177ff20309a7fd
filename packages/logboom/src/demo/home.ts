/**
 * The demo's own home, `.demo/` in the current directory, never the user's. It begins empty: what an earlier demo left
 * is deleted, and nothing but that. A directory is a demo's if it carries the marker file.
 *
 *   .demo/logboom-demo.json    the marker: which process made it
 *   .demo/mcp.json             the four servers, each behind a tap
 *   .demo/forecasts.txt        the database's rows
 *   .demo/journal/             what the taps wrote
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { LogboomError } from '@logboom/sdk/errors'
import { makePrivateDirectory } from '../platform/index.ts'

const MARKER = 'logboom-demo.json'

export interface Maker {
  pid: number
  /** As `platform` tells it. */
  pidStart: string
}

export interface HomeSettings {
  home: string
  maker: Maker
  isAlive: (maker: Maker) => boolean
}

const readMarker = (file: string): Partial<Maker> => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Partial<Maker>
  } catch {
    return {}
  }
}

/**
 * Makes the home, empty. Throws LB_HOME_UNUSABLE when the directory is somebody else's, or another demo is using it.
 * @example prepareHome({ home: path.resolve('.demo'), maker, isAlive: () => false })
 */
export const prepareHome = ({ home, maker, isAlive }: HomeSettings): void => {
  const marker = path.join(home, MARKER)
  if (existsSync(marker)) {
    const { pid, pidStart } = readMarker(marker)
    if (pid !== undefined && pidStart !== undefined && isAlive({ pid, pidStart })) {
      throw new LogboomError('LB_HOME_UNUSABLE', `another demo is running in ${home} (pid ${pid})`, {
        hint: 'Stop it first, or start this one in another directory.',
      })
    }
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
  } else if (existsSync(home) && readdirSync(home).length > 0) {
    throw new LogboomError('LB_HOME_UNUSABLE', `${home} was not made by a demo, so it is left alone`, {
      hint: 'Move it away, or start the demo in another directory.',
    })
  }
  try {
    makePrivateDirectory(home)
    writeFileSync(marker, `${JSON.stringify(maker)}\n`, { mode: 0o600 })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new LogboomError('LB_HOME_UNUSABLE', `cannot make ${home}: ${reason}`, {
      hint: 'Start the demo in a directory you can write to.',
      cause,
    })
  }
}
