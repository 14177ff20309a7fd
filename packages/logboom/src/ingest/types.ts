/** The seams of ingest: what is told of it, and to whom. */
import type { LogRecord } from '@logboom/sdk/record'

/** Takes records that were just stored: the position of the first, and all of them in order, without a gap. */
export type StoredListener = (first: number, records: readonly LogRecord[]) => void

/** What stands in the journals of a home and not yet in the store. What captures hold in memory is theirs to tell. */
export interface AtRisk {
  bytes: number
  /** Counted line by line; beyond some megabytes estimated from what was counted. */
  records: number
  exact: boolean
}

/** Something in a journal that is not as it should be. */
export interface Problem {
  file: string
  problem: string
}

export interface IngestStats {
  /** Records stored since this ingest began. */
  stored: number
  /** Records lost before they could be stored, by reason, since the store began. */
  dropped: Record<string, number>
  /** Milliseconds since the capture of what is being stored now; 0 when nothing waits. */
  lagMs: number
  atRisk: AtRisk
  /** Why nothing can be stored at the moment; ingest tries on by itself. */
  failing?: string
  /** What was wrong with journals that are still there. */
  problems: Problem[]
}

export interface Ingest {
  /** Stores everything that is in the journals now. Throws what the writer throws when `wait` is false. */
  catchUp(): Promise<void>
  /** Stores what is there, and then what comes, until the signal aborts. What is left then stays in the journals. */
  run(signal: AbortSignal): Promise<void>
  /** Tells every batch after its commit, in order of positions. Returns what ends it. */
  subscribe(listener: StoredListener): () => void
  /** The newest position that was told, or that the store had before. */
  last(): number
  stats(): Promise<IngestStats>
  /** What was wrong with journals that are still there. */
  problems(): Problem[]
  /** Closes the journals. */
  close(): Promise<void>
}
