/** How far long work has come: one line on stderr, on a terminal only, gone when the work is done. */
import { clip } from './render/index.ts'

export interface Progress {
  /** Replaces what the line says. Cheap to call often: the line changes a few times a second. */
  show(text: () => string): void
  /** Takes the line away. It may come again. */
  end(): void
}

export interface ProgressSettings {
  isTTY: boolean
  write(text: string): void
  columns(): number | undefined
  now(): number
}

/** Work that is done before this needs no word. */
const PATIENCE = 500
const EVERY = 100
const DEFAULT_COLUMNS = 80
/** To the beginning of the line, and everything on it away. */
const CLEAR = '\r\u001b[2K'

export const createProgress = ({ isTTY, write, columns, now }: ProgressSettings): Progress => {
  if (!isTTY) return { show: () => {}, end: () => {} }
  let began: number | undefined
  let shown = Number.NEGATIVE_INFINITY
  let isThere = false
  return {
    show(text) {
      const at = now()
      began ??= at
      if (at - began < PATIENCE || at - shown < EVERY) return
      shown = at
      isThere = true
      // A line as wide as the terminal would wrap, and stay.
      write(CLEAR + clip(text(), (columns() ?? DEFAULT_COLUMNS) - 1))
    },
    end() {
      if (isThere) write(CLEAR)
      isThere = false
      began = undefined
      shown = Number.NEGATIVE_INFINITY
    },
  }
}
