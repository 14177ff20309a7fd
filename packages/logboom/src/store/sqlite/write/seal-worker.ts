/** The worker thread's side of `seal-thread.ts`: seals one file, tells the result, and ends. */
import { parentPort, workerData } from 'node:worker_threads'
import { type SealJob, seal } from './seal.ts'

parentPort?.postMessage(seal(workerData as SealJob))
