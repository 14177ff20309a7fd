/** The worker thread's side of `writer-thread.ts`. */
import { parentPort, workerData } from 'node:worker_threads'
import { serveWriter } from './remote-writer.ts'
import { openStoreWriter } from './writer.ts'
import type { ThreadOptions } from './writer-thread.ts'

if (parentPort !== null) {
  const port = parentPort
  serveWriter(
    port,
    () => openStoreWriter(workerData as ThreadOptions),
    () => port.close(),
  )
}
