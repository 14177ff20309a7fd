/** What metrics and the API need of ingest: the records as they are stored, and where the hub stands. */
import type { LogRecord } from '@logboom/sdk/record'

/** Takes records that were just stored: the position of the first, and all of them in order, without a gap. */
export type LiveListener = (first: number, records: readonly LogRecord[]) => void

/** Records as they are stored. */
export interface Live {
  /** Tells every batch after its commit, in order of positions. Returns what ends it. */
  subscribe(listener: LiveListener): () => void
  /** The newest position that was told, or that the store had before. */
  last(): number
}

/** Where the hub stands. */
export interface HubState {
  /** Records lost before they could be stored, by reason, since the store began. */
  dropped: Readonly<Record<string, number>>
  /** Milliseconds between capture and store of what waits longest; 0 when nothing waits. */
  lagMs: number
  /** What is in the journals and not yet in the store. */
  atRisk: { records: number; bytes: number }
  store: {
    bytes: number
    files: number
    /** Files that wait for their seal. */
    sealing: number
  }
}
