/** Records on their way to the store, gathered for one transaction, with what follows from them. */
import { toldDrops } from '@logboom/sdk/journal'
import { isCallRecord, type LogRecord } from '@logboom/sdk/record'
import type { Batch, RunMark } from '../store/sqlite/types.ts'

export interface BatchBuilder {
  /** Takes records of one run in order, and the bytes they have in the journal. */
  add(records: readonly LogRecord[], bytes: number): void
  drop(reason: string, count: number): void
  forget(run: string): void
  /** Records it still takes before it is full. */
  readonly room: number
  /** It is time to write it. */
  readonly full: boolean
  /** A batch of so many records was too large for the store: from now on they are half of that; false when none is smaller. */
  shrink(size: number): boolean
  /** A batch was written: the next ones may be larger again. */
  grow(): void
  /** `observed` of the first record that waits. */
  readonly waitsSince: number | undefined
  /** Forgets what it took. */
  clear(): void
  /** What has to be written, and begins the next one; `undefined` when there is nothing. */
  take(marks: readonly RunMark[]): Batch | undefined
}

const MAX_RECORDS = 1000
const MAX_BYTES = 4 * 1024 * 1024

export const createBatchBuilder = (): BatchBuilder => {
  let records: LogRecord[] = []
  let bytes = 0
  let opened = new Map<string, LogRecord>()
  let closed = new Set<string>()
  let dropped: Record<string, number> = {}
  let forgotten: string[] = []
  let most = MAX_RECORDS

  const drop = (reason: string, count: number): void => {
    if (count > 0) dropped[reason] = (dropped[reason] ?? 0) + count
  }

  const clear = (): void => {
    records = []
    bytes = 0
    opened = new Map()
    closed = new Set()
    dropped = {}
    forgotten = []
  }

  const addCall = (record: LogRecord): void => {
    if (!isCallRecord(record)) return
    const { id, status } = record.call
    if (status === 'started') {
      closed.delete(id)
      // Arguments may be large, and no ending needs them.
      opened.set(id, { ...record, attributes: {} })
    } else if (!opened.delete(id)) closed.add(id)
  }

  return {
    add(more, size) {
      for (const record of more) {
        records.push(record)
        addCall(record)
        const told = toldDrops(record)
        if (told !== undefined) drop(told.reason, told.records)
      }
      bytes += size
    },
    drop,
    forget: (run) => void forgotten.push(run),
    get room() {
      return Math.max(0, most - records.length)
    },
    get full() {
      return records.length >= most || bytes >= MAX_BYTES
    },
    shrink(size) {
      if (size <= 1 || most === 1) return false
      most = Math.max(1, Math.floor(Math.min(size, most) / 2))
      return true
    },
    grow() {
      most = Math.min(MAX_RECORDS, most * 2)
    },
    get waitsSince() {
      return records[0]?.observed
    },
    clear,
    take(marks) {
      const empty = records.length === 0 && marks.length === 0 && forgotten.length === 0
      if (empty && Object.keys(dropped).length === 0) return undefined
      const batch: Batch = {
        records,
        marks: marks.filter(({ run }) => !forgotten.includes(run)),
        forget: forgotten,
        opened: [...opened.values()],
        closed: [...closed],
        dropped,
      }
      clear()
      return batch
    },
  }
}
