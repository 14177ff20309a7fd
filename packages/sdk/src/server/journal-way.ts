/** The journal as a way out of a server: its process writes a run of its own. */
import path from 'node:path'
import { createJournalWriter, type JournalWriter, ownStart } from '../journal/index.ts'
import { runOf } from './run.ts'

const CLOSE_MS = 1000

/** A journal in a home, for one server of this process. Nothing touches the disk before the first record. */
export const openJournal = (home: string, server: string): JournalWriter => {
  const writer = createJournalWriter({
    dir: path.join(home, 'journal'),
    header: {
      run: runOf(server),
      server,
      pid: process.pid,
      pidStart: ownStart(),
    },
  })
  // What is queued holds no process open; when its loop is empty, it gets its moment.
  process.once('beforeExit', () => void writer.flush(CLOSE_MS))
  return writer
}
