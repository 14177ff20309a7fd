/** What the answers share: the files, the questions asked of them, and when to stop. */
import type { RegexEngine } from '@logboom/sdk/query'
import type { Selection } from '../../contract.ts'
import { isSealedEntry } from '../manifest.ts'
import { createFiles, type Files, type FilesSettings } from './files.ts'
import { createPaces } from './pace.ts'
import { makeQuestion, type Question } from './question.ts'
import { type Hit, type ScanOptions, scan } from './scan.ts'

export interface Reader {
  readonly dir: string
  readonly files: Files
  /** The newest position; 0 for an empty store. */
  last(): number
  question(selection: Selection): Question
  /** What matches, in pieces; throws the signal's reason when it aborts, and `LB_QUERY_LIMIT`. */
  scan(selection: Selection, options: ScanOptions): AsyncGenerator<Hit[], void, undefined>
  /** Aborts when the store closes. */
  readonly closing: AbortSignal
  close(): void
}

export interface ReaderSettings extends FilesSettings {
  regex: RegexEngine
  /** Milliseconds, as `performance.now` tells them. */
  clock: () => number
}

export const createReader = (dir: string, { regex, clock, ...settings }: ReaderSettings): Reader => {
  const files = createFiles(dir, settings)
  const closing = new AbortController()
  const paceOf = createPaces(closing.signal, clock)

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
    question: (selection) => makeQuestion(selection, regex),
    scan(selection, options) {
      return scan(files, makeQuestion(selection, regex), options, paceOf(selection))
    },
    closing: closing.signal,
    close() {
      closing.abort()
      files.close()
    },
  }
}
