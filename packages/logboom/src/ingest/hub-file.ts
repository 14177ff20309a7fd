/**
 * `<home>/hub.json`: the hub of a home, for whoever looks for it. `{"pid","pidStart","url"?}`; without `url` it is starting.
 * It counts only while that process lives.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { IsAlive } from '@logboom/sdk/journal'
import { isObject } from '@logboom/sdk/record'
import { PRIVATE_FILE } from '../platform/index.ts'

export interface HubFile {
  pid: number
  pidStart: string
  /** Where it listens. */
  url?: string
}

const pathOf = (home: string): string => join(home, 'hub.json')

const read = (home: string): HubFile | undefined => {
  try {
    const value: unknown = JSON.parse(readFileSync(pathOf(home), 'utf8'))
    if (!isObject(value)) return undefined
    const { pid, pidStart, url } = value
    if (typeof pid !== 'number' || typeof pidStart !== 'string') return undefined
    return { pid, pidStart, ...(typeof url === 'string' ? { url } : {}) }
  } catch {
    return undefined
  }
}

/** The hub that runs on a home. */
export const runningHub = async (home: string, isAlive: IsAlive): Promise<HubFile | undefined> => {
  const hub = read(home)
  return hub !== undefined && (await isAlive(hub.pid, hub.pidStart)) ? hub : undefined
}

export const writeHubFile = (home: string, hub: HubFile): void => {
  const path = pathOf(home)
  const fresh = `${path}.${hub.pid}.tmp`
  writeFileSync(fresh, `${JSON.stringify(hub)}\n`, { mode: PRIVATE_FILE })
  renameSync(fresh, path)
}

/** Takes the file away, if it is this process's. */
export const removeHubFile = (home: string, pid: number): void => {
  if (read(home)?.pid === pid) rmSync(pathOf(home), { force: true })
}
