/** Seals in a worker thread, so that the process goes on writing meanwhile. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { SealedEntry } from '../manifest.ts'
import { type SealJob, seal } from './seal.ts'
import { THREAD_LIMITS, threadFile } from './thread-file.ts'

export type Seal = (job: SealJob) => Promise<SealedEntry>

/** In a thread of its own where the build has a file for it; sources, which no thread can load, in this one. */
export const sealInThread: Seal = async (job) => {
  const file = threadFile('seal')
  return file === undefined ? seal(job) : await run(file, job)
}

const run = async (file: URL, job: SealJob): Promise<SealedEntry> => {
  const transferList = (job.tokens ?? []).flatMap((list) =>
    list === undefined ? [] : [list.buffer as ArrayBuffer],
  )
  const worker = new Worker(file, { workerData: job, transferList, resourceLimits: THREAD_LIMITS })
  // `once` rejects with what the worker throws; SQLite's codes come along as properties of the error.
  const [entry] = (await Promise.race([
    once(worker, 'message'),
    once(worker, 'exit').then(([code]) => {
      throw new Error(`the sealing thread ended with code ${code}`)
    }),
  ])) as [SealedEntry]
  return entry
}
