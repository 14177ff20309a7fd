/**
 * The hub of the chaos tests, bundled by `test-build.ts`: the parts of `logboom up`, with what a test needs besides: files
 * so small that they fill up, and limits that are kept all the time.
 *
 *     node test-hub.js '<JSON of HubSettings>'
 *
 * Waits for the ingest lock, then prints one line, `{"url":…,"openMs":…}`, when it answers; `openMs` is how long opening the store took. SIGTERM ends it.
 */
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import { createApi, serveApi } from '../../packages/logboom/src/api/index.ts'
import { re2 } from '../../packages/logboom/src/cli/regex.ts'
import { createIngest } from '../../packages/logboom/src/ingest/ingest.ts'
import { type IngestLock, takeIngestLock } from '../../packages/logboom/src/ingest/lock.ts'
import { isAlive } from '../../packages/logboom/src/platform/index.ts'
import { openSqliteArchive } from '../../packages/logboom/src/store/sqlite/index.ts'
import type { StoreWriter } from '../../packages/logboom/src/store/sqlite/types.ts'
import { openWriterThread } from '../../packages/logboom/src/store/sqlite/write/writer-thread.ts'
import type { HubSettings } from './hub.ts'

const settings = JSON.parse(process.argv[2] ?? '') as HubSettings
const { home, segmentRows, segmentText, maxBytes, servers, retainMs = 50 } = settings
const dir = join(home, 'store')
const ending = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => ending.abort())

const waitForLock = async (): Promise<IngestLock | undefined> => {
  for (;;) {
    const lock = takeIngestLock(dir)
    if (lock !== undefined || ending.signal.aborted) return lock
    await pause(10)
  }
}

const keepLimits = async (writer: StoreWriter): Promise<void> => {
  while (!ending.signal.aborted) {
    await writer.retain({
      now: Date.now(),
      ...(maxBytes === undefined ? {} : { maxBytes }),
      ...(servers === undefined ? {} : { servers }),
    })
    await pause(retainMs, undefined, { signal: ending.signal }).catch(() => {})
  }
}

const lock = await waitForLock()
if (lock !== undefined) {
  const began = performance.now()
  const writer = await openWriterThread({
    dir,
    ...(maxBytes === undefined ? {} : { maxBytes }),
    ...(segmentRows === undefined ? {} : { segmentRows }),
    ...(segmentText === undefined ? {} : { segmentText }),
  })
  const ingest = await createIngest({ dir: join(home, 'journal'), writer, isAlive })
  const archive = await openSqliteArchive({ dir, regex: re2, isAlive })
  const openMs = performance.now() - began
  const api = createApi({
    archive,
    live: ingest,
    state: async () => {
      const { dropped, ...now } = await ingest.stats()
      const { bytes, sealing, dropped: byStore } = await writer.stats()
      return { ...now, dropped: { ...dropped, ...byStore }, store: { bytes, files: 0, sealing } }
    },
    regex: re2,
    version: 'test',
    self: { home, defaultHome: false, command: [] },
    onError: (error) => console.error(error),
  })
  const server = await serveApi(api.app, { host: '127.0.0.1', port: 0 })
  console.log(JSON.stringify({ url: server.url, openMs }))
  const limits = maxBytes === undefined && servers === undefined ? undefined : keepLimits(writer)
  await ingest.run(ending.signal)
  await limits
  api.close()
  await server.close()
  await ingest.close()
  await archive.close()
  await writer.close()
  lock.release()
}
