/** The sealing thread of `test-hub.ts`, which knows one format more. */
import { parentPort, workerData } from 'node:worker_threads'
import { type SealJob, seal } from '../../packages/logboom/src/store/sqlite/write/seal.ts'
import { MIGRATIONS } from './old-format.ts'

parentPort?.postMessage(seal(workerData as SealJob, MIGRATIONS))
