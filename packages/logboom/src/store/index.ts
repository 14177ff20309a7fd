/** What answers questions about records: `openStore`, behind the contract of `contract.ts`. */
import type { IsAlive } from '@logboom/sdk/journal'
import type { RegexEngine } from '@logboom/sdk/query'
import { isAlive } from '../platform/index.ts'
import type { Store } from './contract.ts'
import { openJournalStore } from './journal/index.ts'

export type { CallStory, RecordQuery, ServerStats, Store, StoreStats, ToolStats } from './contract.ts'

export interface StoreSettings {
  /** The home directory; one that does not exist is empty. */
  home: string
  /** Compiles the regular expressions of queries; must be linear in time. */
  regex: RegexEngine
  /** Whether a run's process lives; the platform's own unless told otherwise. */
  isAlive?: IsAlive
}

/**
 * Opens what is stored in a home.
 * @throws LogboomError `LB_HOME_UNUSABLE` when it cannot be read
 * @example
 * const store = await openStore({ home, regex: re2 })
 * for await (const record of store.records({ limit: 10 })) console.log(record.message)
 * await store.close()
 */
export const openStore = (settings: StoreSettings): Promise<Store> =>
  openJournalStore({ isAlive: (pid, pidStart) => isAlive(pid, pidStart), ...settings })
