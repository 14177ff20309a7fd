/** The writing thread of `test-hub.ts`, which knows one format more. */
import { parentPort, workerData } from 'node:worker_threads'
import { serveWriter } from '../../packages/logboom/src/store/sqlite/write/remote-writer.ts'
import { openStoreWriter } from '../../packages/logboom/src/store/sqlite/write/writer.ts'
import { MIGRATIONS } from './old-format.ts'

const port = parentPort
if (port !== null)
  serveWriter(
    port,
    () => openStoreWriter({ ...workerData, migrations: MIGRATIONS }),
    () => port.close(),
  )
