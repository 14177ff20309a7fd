/** One capture as a tap would be, without a server: what its journal had to drop is told by a record, like every other one numbered. */
import { join } from 'node:path'
import { createJournalWriter, ownStart } from '@logboom/sdk/journal'
import type { LogRecord } from '@logboom/sdk/record'
import { recordOf } from './traffic.ts'

const RUN = '01933f5c-0000-7000-8000-000000000001'

export const createCapture = (home: string) => {
  const run = { run: RUN, server: 'pressed', began: Date.now() }
  const dropRecords = new Map<number, LogRecord>()
  let seq = 0
  const journal = createJournalWriter({
    dir: join(home, 'journal'),
    header: { run: run.run, server: run.server, pid: process.pid, pidStart: ownStart() },
    onDrops({ reason, records }) {
      const { id, time, observed, server } = recordOf(run, seq)
      const record: LogRecord = {
        id,
        time,
        observed,
        seq,
        level: 'warning',
        server,
        run: run.run,
        source: 'lifecycle',
        message: `${records} records dropped`,
        attributes: { event: 'drop', reason, records },
      }
      dropRecords.set(seq++, record)
      journal.append(record)
    },
  })
  return {
    journal,
    captured: () => seq,
    append(records: number) {
      for (let left = records; left > 0; left--) journal.append(recordOf(run, seq++))
    },
    /** What record of this number was captured. */
    expected: (number: number) => dropRecords.get(number) ?? recordOf(run, number),
  }
}
