/** Seals in a worker thread, so that the process goes on writing meanwhile. */
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { SealedEntry } from '../manifest.ts'
import { type SealJob, seal } from './seal.ts'

export type Seal = (job: SealJob) => Promise<SealedEntry>

/** Where the build puts the worker's file: beside the chunk this module is in, or in the build's folder above. */
const CANDIDATES = ['./store/seal-worker.js', '../store/seal-worker.js']

const workerFile = (): URL | undefined =>
  CANDIDATES.map((path) => new URL(path, import.meta.url)).find((url) => existsSync(fileURLToPath(url)))

/** In a thread of its own where the build has a file for it; sources, which no thread can load, in this one. */
export const sealInThread: Seal = async (job) => {
  const file = workerFile()
  return file === undefined ? seal(job) : await run(file, job)
}

const run = async (file: URL, job: SealJob): Promise<SealedEntry> => {
  const transferList = (job.tokens ?? []).flatMap((list) =>
    list === undefined ? [] : [list.buffer as ArrayBuffer],
  )
  const worker = new Worker(file, { workerData: job, transferList })
  // `once` rejects with what the worker throws; SQLite's codes come along as properties of the error.
  const [entry] = (await Promise.race([
    once(worker, 'message'),
    once(worker, 'exit').then(([code]) => {
      throw new Error(`the sealing thread ended with code ${code}`)
    }),
  ])) as [SealedEntry]
  return entry
}
