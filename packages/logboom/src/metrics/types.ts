/** What metrics and the API need of the hub. */
import type { Ingest, IngestStats } from '../ingest/types.ts'

/** Records as they are stored. */
export type Live = Pick<Ingest, 'subscribe' | 'last'>

/** Where the hub stands. */
export interface HubState extends Pick<IngestStats, 'dropped' | 'lagMs' | 'failing'> {
  atRisk: Pick<IngestStats['atRisk'], 'records' | 'bytes'>
  store: {
    bytes: number
    files: number
    /** Files that wait for their seal. */
    sealing: number
  }
}
