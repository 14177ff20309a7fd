/**
 * The hub: who stores what the journals have, keeps the store within its limits, and answers questions about it.
 *
 *     lock ─▶ writer ─▶ ingest ─▶ archive ─▶ api ─▶ server
 */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { LogboomError } from '@logboom/sdk/errors'
import type { RegexEngine } from '@logboom/sdk/query'
import { createApi, serveApi } from './api/index.ts'
import { removeHubFile, runningHub, writeHubFile } from './ingest/hub-file.ts'
import { createIngest } from './ingest/ingest.ts'
import { type IngestLock, takeIngestLock } from './ingest/lock.ts'
import type { HubState } from './metrics/index.ts'
import { isPagePath, type PageFiles, pageRoutes } from './page/index.ts'
import { homeDirectory, isAlive, makePrivateDirectory, processStart } from './platform/index.ts'
import { STORE_DIRECTORY } from './store/sqlite/format.ts'
import { openSqliteArchive } from './store/sqlite/index.ts'
import { readManifest } from './store/sqlite/manifest.ts'
import { openWriterThread } from './store/sqlite/write/writer-thread.ts'

export interface HubSettings {
  home: string
  host: string
  /** 0 takes any free one. */
  port: number
  /** Asked of everybody; needed where others than this machine can reach the hub. */
  token?: string
  /** Bytes that the store may take; 2 GiB. */
  maxBytes?: number
  /** Milliseconds that records are kept; 30 days. */
  maxAge?: number
  regex: RegexEngine
  version: string
  /** How this very program is run, with absolute paths. */
  command: readonly string[]
  /** Starts the demo's app against this home, until the signal; none can be started without it. */
  demo?: (signal: AbortSignal) => Promise<void>
  /** The page at `/`; none without it. */
  page?: PageFiles
  /** Told what nobody expected. */
  onError: (error: unknown) => void
}

export interface Hub {
  url: string
  /** Resolves when it was closed; rejects when it cannot go on. */
  ended: Promise<void>
  close(): Promise<void>
}

/** What starts a host need not have the environment of this process. */
const WITHOUT_HOME = { ...process.env, LOGBOOM_HOME: undefined }

/** Commands hold the lock while they store what is new; who follows gives it up for a hub within half a second. */
const LOCK_PATIENCE_MS = 10_000
const LOCK_RETRY_MS = 50
/** How often the store is brought within its limits, in milliseconds. */
const RETAIN_MS = 60_000
/** Journals that are stored stay this long for commands that are reading them. */
const GRACE_MS = 5000
/** How long answers that are under way may take when the hub closes, in milliseconds. */
const CLOSE_MS = 2000

/**
 * Starts the hub of a home.
 * @throws LogboomError `LB_HUB_RUNNING`, `LB_HUB_EXPOSED`, `LB_HOME_UNUSABLE`, `LB_STORE_FORMAT`
 * @example
 * const hub = await startHub({ home, host: '127.0.0.1', port: 7400, command, regex: re2, version, onError: console.error })
 * await hub.ended
 */
export const startHub = async (settings: HubSettings): Promise<Hub> => {
  const { home, regex, version, onError } = settings
  const dir = join(home, STORE_DIRECTORY)
  const self = { pid: process.pid, pidStart: processStart(process.pid) }
  makePrivateDirectory(home)
  const undo: (() => unknown)[] = []
  const close = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  try {
    const lock = await takeLock(settings, dir, self)
    undo.push(() => lock.release())
    undo.push(() => removeHubFile(home, self.pid))
    const { maxBytes, maxAge } = settings
    // The writer has to know: files of a small store are small, and it is kept within its room at every seal.
    const writer = await openWriterThread({ dir, ...(maxBytes === undefined ? {} : { maxBytes }) })
    undo.push(() => writer.close())
    const check = (names?: string[]): void => void writer.check(names).catch(onError)
    const onDamage = (name: string): void => check([name])
    const archive = await openSqliteArchive({ dir, regex, isAlive, onDamage })
    undo.push(() => archive.close())
    const ingest = await createIngest({ dir: join(home, 'journal'), writer, isAlive, graceMs: GRACE_MS })
    undo.push(() => ingest.close())

    const state = async (): Promise<HubState> => {
      const { dropped, ...now } = await ingest.stats()
      const { bytes, sealing, dropped: given } = await writer.stats()
      const files = readManifest(dir)?.files.length ?? 0
      return { ...now, dropped: { ...dropped, ...given }, store: { bytes, files, sealing } }
    }
    const demo = settings.demo && createDemo(settings.demo, onError)
    undo.push(() => demo?.close())
    const api = createApi({
      archive,
      live: ingest,
      state,
      regex,
      version,
      onError,
      self: { home, defaultHome: home === homeDirectory({ env: WITHOUT_HOME }), command: settings.command },
      ...(demo === undefined ? {} : { demo }),
    })
    const { page = new Map() } = settings
    api.app.route('/', pageRoutes(page))
    const open = (path: string): boolean => path === '/healthz' || isPagePath(page, path)
    const server = await serveApi(api.app, { ...settings, open })
    undo.push(() => server.close(CLOSE_MS))
    // First, so that live tails keep no connection open.
    undo.push(() => api.close())
    writeHubFile(home, { ...self, url: server.url })
    // Damage that nobody asks for is found, and told, all the same.
    check()

    const stop = new AbortController()
    const limits = {
      ...(maxBytes === undefined ? {} : { maxBytes }),
      ...(maxAge === undefined ? {} : { maxAge }),
    }
    const retain = (): Promise<unknown> => writer.retain({ ...limits, now: Date.now() }).catch(onError)
    const timer = setInterval(retain, RETAIN_MS)
    const ended = ingest.run(stop.signal)
    // Whoever waits for the end is told; nobody has to.
    ended.catch(() => undefined)
    undo.push(async () => {
      clearInterval(timer)
      stop.abort()
      await ended.catch(() => undefined)
    })
    return { url: server.url, ended, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Runs at most one demo at a time. */
const createDemo = (run: (signal: AbortSignal) => Promise<void>, onError: HubSettings['onError']) => {
  const closing = new AbortController()
  let running: Promise<void> | undefined
  return {
    async start(): Promise<boolean> {
      if (running !== undefined) return false
      running = run(closing.signal)
        .catch(onError)
        .finally(() => {
          running = undefined
        })
      return true
    },
    async close(): Promise<void> {
      closing.abort()
      await running
    },
  }
}

const takeLock = async (
  { home }: HubSettings,
  dir: string,
  self: { pid: number; pidStart: string },
): Promise<IngestLock> => {
  const until = performance.now() + LOCK_PATIENCE_MS
  for (;;) {
    const other = await runningHub(home, isAlive)
    if (other !== undefined && other.pid !== self.pid) throw hubRunning(home, other.url)
    // Seen by commands that follow, who give the lock up for it.
    if (other === undefined) writeHubFile(home, self)
    const lock = takeIngestLock(dir)
    if (lock !== undefined) return lock
    if (performance.now() > until) {
      removeHubFile(home, self.pid)
      throw hubRunning(home)
    }
    await pause(LOCK_RETRY_MS)
  }
}

const hubRunning = (home: string, url?: string): LogboomError =>
  url === undefined
    ? new LogboomError('LB_HUB_RUNNING', `another process is storing the records of ${home}`, {
        hint: 'Wait until it is done, or give another --home.',
      })
    : new LogboomError('LB_HUB_RUNNING', `a hub runs on ${home} already, at ${url}`, {
        hint: 'Use that one, or give another --home.',
      })
