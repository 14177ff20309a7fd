/** What the answers share: the files, the questions asked of them, and when to stop. */
import type { RegexEngine } from '@logboom/sdk/query'
import type { Selection } from '../../contract.ts'
import { isSealedEntry } from '../manifest.ts'
import { createFiles, type Files, type FilesSettings } from './files.ts'
import { createPace, type Pace } from './pace.ts'
import { makeQuestion, type Question } from './question.ts'
import { type Hit, type ScanOptions, scan } from './scan.ts'

export interface Reader {
  readonly dir: string
  readonly files: Files
  /** The newest position; 0 for an empty store. */
  last(): number
  question(selection: Selection): Question
  /** The pace of a question that scans in its own way. */
  pace(selection: Selection): Pace
  /** What matches, in pieces; throws the signal's reason when it aborts, and `LB_QUERY_LIMIT`. */
  scan(selection: Selection, options: ScanOptions): AsyncGenerator<Hit[], void, undefined>
  /** Aborts when the store closes. */
  readonly closing: AbortSignal
  close(): void
}

export const createReader = (dir: string, regex: RegexEngine, settings: FilesSettings = {}): Reader => {
  const files = createFiles(dir, settings)
  const closing = new AbortController()

  const last = (): number => {
    const list = files.list()
    for (let index = list.length - 1; index >= 0; index--) {
      const file = list[index]
      if (file === undefined) continue
      const newest = isSealedEntry(file) ? file.last : (files.use(file, (handle) => handle.last()) ?? 0)
      if (newest > 0) return newest
    }
    // Nothing is there yet, or any more: what comes begins at the newest file's first position.
    return (list.at(-1)?.first ?? 1) - 1
  }

  return {
    dir,
    files,
    last,
    pace: (selection) => createPace(selection, closing.signal),
    question: (selection) => makeQuestion(selection, regex),
    scan(selection, options) {
      const pace = createPace(selection, closing.signal)
      return scan(files, makeQuestion(selection, regex), options, pace)
    },
    closing: closing.signal,
    close() {
      closing.abort()
      files.close()
    },
  }
}
