/** The run of this process, for each server's name: what its records' `run` and `seq` count by. */
import { createIds } from '../record/index.ts'

interface Run {
  id: string
  seq: number
}

const newId = createIds()
const runs = new Map<string, Run>()

const find = (server: string): Run => {
  const run = runs.get(server) ?? { id: newId(Date.now()), seq: 0 }
  runs.set(server, run)
  return run
}

export const runOf = (server: string): string => find(server).id

export const nextSeq = (server: string): number => find(server).seq++

/** Unix epoch milliseconds, to the microsecond. */
export const clock = (): number => Math.round((performance.timeOrigin + performance.now()) * 1000) / 1000

/** A call's id, as this process knows it. */
export const newCallId = (): string => newId(Date.now())
