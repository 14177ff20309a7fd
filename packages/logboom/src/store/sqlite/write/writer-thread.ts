/** Writes in a worker thread, so that the next batch is read and encoded while one is written, and questions are answered. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { StoreWriter } from '../types.ts'
import { connectWriter } from './remote-writer.ts'
import { THREAD_LIMITS, threadFile } from './thread-file.ts'
import { openStoreWriter, type WriterOptions } from './writer.ts'

/** What can be handed to a thread. */
export type ThreadOptions = Omit<WriterOptions, 'seal' | 'migrations'>

/**
 * Opens a store for writing in a thread of its own where the build has a file for it; sources, which no thread can load, in
 * this one.
 * @throws LogboomError `LB_STORE_FORMAT` when it is of a later format
 */
export const openWriterThread = async (
  options: ThreadOptions,
  file = threadFile('writer'),
): Promise<StoreWriter> => {
  if (file === undefined) return openStoreWriter(options)
  const worker = new Worker(file, { workerData: options, resourceLimits: THREAD_LIMITS })
  const ended = once(worker, 'exit').then(
    ([code]) => new Error(`the writing thread ended with code ${code}`),
    (error: Error) => error,
  )
  const writer = await connectWriter(worker, ended)
  return {
    ...writer,
    async close() {
      await writer.close()
      await ended
    },
  }
}
