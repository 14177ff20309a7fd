/** A hub as small as the API can be served from: a real writer, a real archive, a real server. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { trackRun } from '@logboom/sdk/journal'
import type { RegexEngine } from '@logboom/sdk/query'
import type { Json, LogRecord } from '@logboom/sdk/record'
import type { StoredListener } from '../ingest/types.ts'
import type { HubState } from '../metrics/index.ts'
import type { Archive } from '../store/contract.ts'
import { generateRuns } from '../store/generated-runs.ts'
import { openSqliteArchive } from '../store/sqlite/index.ts'
import type { Batch, RunMark } from '../store/sqlite/types.ts'
import { openStoreWriter } from '../store/sqlite/write/writer.ts'
import { createApi } from './app.ts'
import type { DemoStarter } from './demo.ts'
import { serveApi } from './serve.ts'

export const regex: RegexEngine = (source, { ignoreCase }) => {
  const pattern = new RegExp(source, ignoreCase ? 'iu' : 'u')
  return (text) => pattern.test(text)
}

export interface TestHub {
  url: string
  port: number
  archive: Archive
  /** What nobody expected. */
  errors: unknown[]
  /** Stores records in one transaction and tells them; gives the position of the first. */
  store(records: readonly LogRecord[], rest?: Partial<Batch>): number
}

export interface TestHubSettings {
  heartbeatMs?: number
  state?: HubState
  now?: () => number
  /** Of the archive. */
  regex?: RegexEngine
  clock?: () => number
  demo?: DemoStarter
  /** Puts something between the API and the archive. */
  wrap?: (archive: Archive) => Archive
}

/** Runs of all kinds, as records in the order they were captured, with the marks their readers keep. */
export const madeRuns = (seeds: readonly number[]): { records: LogRecord[]; marks: RunMark[] } => {
  const runs = seeds.flatMap((seed) => generateRuns(seed))
  return {
    records: runs.flatMap((run) => run.records).sort((a, b) => a.observed - b.observed),
    marks: runs.map(({ header: { run, server, pid, pidStart }, records, alive }) => {
      const tracker = trackRun(run)
      for (const record of records) tracker.see(record)
      return {
        run,
        server,
        pid,
        pidStart,
        segment: 0,
        offset: 0,
        lastSeen: records.at(-1)?.observed ?? 0,
        ended: !alive,
        tracker: JSON.parse(JSON.stringify(tracker.state())) as Json,
      }
    }),
  }
}

const NOTHING: Batch = { records: [], marks: [], forget: [], opened: [], closed: [], dropped: {} }

const STATE: HubState = {
  dropped: { overflow: 2 },
  lagMs: 5,
  atRisk: { records: 1, bytes: 100 },
  store: { bytes: 1000, files: 1, sealing: 0 },
}

export const withHub = async (
  settings: TestHubSettings,
  use: (hub: TestHub) => Promise<void>,
): Promise<void> => {
  const home = await mkdtemp(join(tmpdir(), 'logboom-api-'))
  const dir = join(home, 'store')
  const writer = openStoreWriter({ dir, segmentRows: 4096 })
  const archive = await openSqliteArchive({
    dir,
    regex: settings.regex ?? regex,
    isAlive: () => false,
    ...(settings.clock === undefined ? {} : { clock: settings.clock }),
  })
  const listeners = new Set<StoredListener>()
  const errors: unknown[] = []
  let last = 0
  const api = createApi({
    archive: settings.wrap?.(archive) ?? archive,
    live: {
      subscribe: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      last: () => last,
    },
    state: () => settings.state ?? STATE,
    regex,
    version: '1.2.3',
    self: { home, defaultHome: false, command: ['/usr/bin/node', '/opt/logboom/main.js'] },
    ...(settings.demo === undefined ? {} : { demo: settings.demo }),
    onError: (error) => errors.push(error),
    ...(settings.heartbeatMs === undefined ? {} : { heartbeatMs: settings.heartbeatMs }),
    ...(settings.now === undefined ? {} : { now: settings.now }),
  })
  const server = await serveApi(api.app, { host: '127.0.0.1', port: 0 })
  try {
    await use({
      url: server.url,
      port: server.port,
      archive,
      errors,
      store(records, rest = {}) {
        const { first } = writer.write({ ...NOTHING, ...rest, records })
        if (first === undefined) throw new Error('nothing to store')
        last = first + records.length - 1
        for (const listener of listeners) listener(first, records)
        return first
      },
    })
  } finally {
    api.close()
    await server.close(0)
    await archive.close()
    await writer.close()
    await rm(home, { recursive: true, force: true })
  }
}
