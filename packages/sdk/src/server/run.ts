/** The run of this process, for each server's name: what its records' `run` and `seq` count by. */
import { createIds } from '../record/index.ts'

interface Run {
  id: string
  seq: number
  /** What has been said about its logging. */
  told: Set<string>
}

/** Keys remembered as told: a server that makes them up must not fill the memory. */
const MAX_TOLD = 1000

const newId = createIds()
const runs = new Map<string, Run>()

const find = (server: string): Run => {
  const run = runs.get(server) ?? { id: newId(Date.now()), seq: 0, told: new Set() }
  runs.set(server, run)
  return run
}

export const runOf = (server: string): string => find(server).id

export const nextSeq = (server: string): number => find(server).seq++

/** True once for each key of a run: a factory makes many servers, and all of them would say the same. */
export const isFirstTime = (server: string, key: string): boolean => {
  const { told } = find(server)
  if (told.has(key) || told.size >= MAX_TOLD) return false
  told.add(key)
  return true
}

/** Unix epoch milliseconds, to the microsecond. */
export const clock = (): number => Math.round((performance.timeOrigin + performance.now()) * 1000) / 1000

/** A call's id, as this process knows it. */
export const newCallId = (): string => newId(Date.now())
