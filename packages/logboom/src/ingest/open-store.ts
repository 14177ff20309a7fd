/**
 * The store as a command opens it, with a hub or without. Every question is answered from the archive, after everything in
 * the journals has got there: this process stores it itself if nobody else does, or waits a moment for who does. Where that
 * one does not get on, the rest of the journals is read in memory after what the archive has, so the answer is the same.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { LogboomError } from '@logboom/sdk/errors'
import { type IsAlive, listJournals } from '@logboom/sdk/journal'
import type { RegexEngine } from '@logboom/sdk/query'
import { isAlive as processLives } from '../platform/index.ts'
import type { Archive, Store } from '../store/contract.ts'
import { openJournalStore } from '../store/journal/index.ts'
import { STORE_DIRECTORY } from '../store/sqlite/format.ts'
import { openSqliteArchive } from '../store/sqlite/index.ts'
import type { RunMark, StoreWriter } from '../store/sqlite/types.ts'
import { openStoreWriter } from '../store/sqlite/write/writer.ts'
import { measureRisk } from './at-risk.ts'
import { beforeOf, readMoment } from './before.ts'
import { runningHub } from './hub-file.ts'
import { createIngest } from './ingest.ts'
import { takeIngestLock } from './lock.ts'
import type { Ingest, Problem } from './types.ts'

export interface OpenStoreSettings {
  home: string
  /** Compiles the regular expressions of queries; must be linear in time. */
  regex: RegexEngine
  /** Whether a run's process lives; the platform's own unless told otherwise. */
  isAlive?: IsAlive
  /** Told, once, what makes answers slower than they should be. */
  note?: (text: string) => void
  /** How far a question has come that waits for the journals to be stored; ended before it is answered. */
  progress?: { show(text: () => string): void; end(): void }
  /** Called when another process stores what is captured: it goes first. */
  giveWay?: () => void
  /** How long to wait for another process that stores what is in the journals, in milliseconds; 2 seconds. */
  patienceMs?: number
}

/** Bytes of stored journals that commands leave: they are for people with grep, and a hub deletes them. */
const KEEP_BYTES = 64 * 1024 * 1024
const PATIENCE_MS = 2000
const LOOK_MS = 20
/** How often a follower looks whether a hub has come, or has gone. */
const RETRY_MS = 500

/**
 * Opens what is stored in a home, and what is still in its journals.
 * @throws LogboomError `LB_HOME_UNUSABLE` when it cannot be read, `LB_STORE_FORMAT` when its store is of a later version
 * @example
 * const store = await openStore({ home, regex: re2 })
 * for await (const record of store.records({ limit: 10 })) console.log(record.message)
 * await store.close()
 */
export const openStore = async (settings: OpenStoreSettings): Promise<Store> => {
  const { home, regex, isAlive = processLives, note = () => {} } = settings
  const dir = join(home, STORE_DIRECTORY)
  const journals = join(home, 'journal')
  const plain = (): Promise<Store> => openJournalStore({ home, regex, isAlive })
  await listJournals(journals)
  // Nothing was ever captured here: asking is no reason to make files.
  if (!existsSync(dir) && !existsSync(journals)) return plain()
  try {
    takeIngestLock(dir)?.release()
    const damaged = new Set<string>()
    const onDamage = (name: string): void => void damaged.add(name)
    const archive = await openSqliteArchive({ dir, regex, isAlive, onDamage })
    return await createIngestedStore({ ...settings, isAlive, dir, journals, archive, damaged })
  } catch (error) {
    if (error instanceof LogboomError && error.code === 'LB_STORE_FORMAT') throw error
    const why = error instanceof Error ? error.message : String(error)
    note(`The store in ${dir} cannot be used (${why}); reading the journals themselves, which is slower.`)
    return plain()
  }
}

interface IngestedSettings extends OpenStoreSettings {
  isAlive: IsAlive
  dir: string
  journals: string
  archive: Archive
  /** Files of the store in which damage was found. */
  damaged: ReadonlySet<string>
}

type Owning<T> = (ingest: Ingest, writer: StoreWriter) => Promise<T>

/** Does what is asked while this process is the one that stores; `undefined` when another one is. */
const createOwner = ({ dir, journals, isAlive, progress }: IngestedSettings) => {
  let owned: { ingest: Ingest; writer: StoreWriter } | undefined
  let turn: Promise<unknown> = Promise.resolve()

  const own = async <T>(use: Owning<T>): Promise<{ done: T } | undefined> => {
    if (owned !== undefined) return { done: await use(owned.ingest, owned.writer) }
    const lock = takeIngestLock(dir)
    if (lock === undefined) return undefined
    try {
      const writer = openStoreWriter({ dir })
      try {
        const ingest = await createIngest({
          dir: journals,
          writer,
          isAlive,
          keepBytes: KEEP_BYTES,
          wait: false,
          onProgress: (stored) =>
            progress?.show(() => `Storing what is new in the journals: ${stored} records`),
        })
        owned = { ingest, writer }
        try {
          return { done: await use(ingest, writer) }
        } finally {
          owned = undefined
          await ingest.close()
        }
      } finally {
        await writer.close()
      }
    } finally {
      lock.release()
    }
  }

  return {
    /** One after the other, unless this process stores anyway. */
    own<T>(use: Owning<T>): Promise<{ done: T } | undefined> {
      if (owned !== undefined) return own(use)
      const done = turn.then(() => own(use))
      turn = done.catch(() => undefined)
      return done
    },
  }
}

const createIngestedStore = async (
  settings: IngestedSettings,
): Promise<Store & Pick<Archive, 'explain' | 'sql'>> => {
  const { home, dir, journals, archive, regex, isAlive, patienceMs = PATIENCE_MS } = settings
  const owner = createOwner(settings)

  /** Puts aside what cannot be read, if nobody else writes; a hub does it itself when it reads there. */
  const quarantine = async (): Promise<void> => {
    if (settings.damaged.size === 0) return
    await owner
      .own((_, writer) => writer.check(settings.damaged))
      // It is found again by who reads there next.
      .catch(() => undefined)
  }

  const closing = new AbortController()
  const overlay = await openJournalStore({ home, regex, isAlive, before: () => beforeOf(archive, dir) })
  let following: Promise<void> | undefined
  let followers = 0

  /** True once another process has stored what the journals have now, and what the dead have left to tell. */
  const waitForOther = async (): Promise<boolean> => {
    const until = performance.now() + patienceMs
    for (;;) {
      const { marks } = readMoment(dir)
      const places = new Map(marks.map((mark) => [mark.run, mark]))
      const { records } = await measureRisk(journals, (run) => places.get(run))
      if (records === 0 && !(await anyDead(marks))) return true
      if (performance.now() > until || closing.signal.aborted) return false
      await pause(LOOK_MS)
    }
  }

  const anyDead = async (marks: readonly RunMark[]): Promise<boolean> => {
    for (const { ended, pid, pidStart } of marks) if (!ended && !(await isAlive(pid, pidStart))) return true
    return false
  }

  /** What answers now: the archive, or what it has with the rest of the journals; and what is wrong with these. */
  const ready = async (): Promise<{ store: Store; problems: Problem[] }> => {
    try {
      const stored = await owner.own(async (ingest) => {
        await ingest.catchUp()
        return ingest.problems()
      })
      if (stored !== undefined) return { store: archive, problems: stored.done }
      settings.giveWay?.()
      if (await waitForOther())
        return { store: archive, problems: readMoment(dir).marks.flatMap(({ problems = [] }) => problems) }
    } catch (error) {
      if (error instanceof LogboomError && error.code === 'LB_STORE_FORMAT') throw error
      // No room, or the like: nothing is lost, the journals have it.
    } finally {
      settings.progress?.end()
    }
    return { store: overlay, problems: [] }
  }

  /** Stores what comes as long as somebody follows, and no hub does. */
  const keepStoring = async (): Promise<void> => {
    while (followers > 0 && !closing.signal.aborted) {
      if ((await runningHub(home, isAlive)) === undefined) {
        await owner
          .own((ingest) => storeUntilHub(ingest))
          // What cannot be stored now can be stored later.
          .catch(() => undefined)
      }
      await pause(RETRY_MS, undefined, { signal: closing.signal }).catch(() => undefined)
    }
  }

  const storeUntilHub = async (ingest: Ingest): Promise<void> => {
    const stop = new AbortController()
    const running = ingest.run(AbortSignal.any([stop.signal, closing.signal])).finally(() => stop.abort())
    while (followers > 0 && !stop.signal.aborted && (await runningHub(home, isAlive)) === undefined) {
      await pause(RETRY_MS, undefined, { signal: stop.signal }).catch(() => undefined)
    }
    stop.abort()
    await running
  }

  async function* follow(query: Parameters<Store['follow']>[0]): ReturnType<Store['follow']> {
    const { store } = await ready()
    if (store === overlay) {
      yield* overlay.follow(query)
      return
    }
    followers++
    following ??= keepStoring().finally(() => {
      following = undefined
    })
    try {
      yield* archive.follow(query)
    } finally {
      followers--
    }
  }

  return {
    async *records(query) {
      yield* (await ready()).store.records(query)
    },
    follow,
    async *calls(query) {
      yield* (await ready()).store.calls(query)
    },
    async explain(query) {
      await ready()
      return archive.explain(query)
    },
    async sql(statement, limits) {
      await ready()
      return archive.sql(statement, limits)
    },
    async stats(query) {
      const { store, problems } = await ready()
      const stats = await store.stats(query)
      return { ...stats, problems: [...stats.problems, ...problems] }
    },
    async close() {
      closing.abort()
      await Promise.all([following, overlay.close()])
      await quarantine()
      await archive.close()
    },
  }
}
