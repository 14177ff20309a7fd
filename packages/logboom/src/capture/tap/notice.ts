/**
 * The tap's own voice: at most one line on stderr, starting `logboom: `, between the server's lines and never inside
 * one. Errors that repeat say nothing new.
 */
import type { Outlet } from '../../platform/index.ts'

export interface Notice {
  /** Bytes of the server's stderr have been forwarded. */
  passed(bytes: Uint8Array): void
  /** Says it once the server is not in the middle of a line. Only the first call counts. */
  say(text: string): void
  /** The server says nothing more: now or never. */
  finish(): void
}

const NEWLINE = 10

export const createNotice = (outlet: Outlet): Notice => {
  let said = false
  let pending: string | undefined
  let atLineStart = true

  const flush = (before: string) => {
    if (pending === undefined) return
    outlet.write(Buffer.from(`${before}logboom: ${pending}\n`))
    pending = undefined
  }

  return {
    passed: (bytes) => {
      atLineStart = bytes.at(-1) === NEWLINE
      if (atLineStart) flush('')
    },
    say: (text) => {
      if (said) return
      said = true
      pending = text.replaceAll(/\s*[\r\n]+\s*/g, ' ')
      if (atLineStart) flush('')
    },
    finish: () => flush(atLineStart ? '' : '\n'),
  }
}
