/** Panics of Go and Rust. */
import { exceptionOf, isIndented, ONE_WRITE, type Stack } from './types.ts'

const RUST = /^thread '[^'\n]{0,200}' (?:\(\d{1,12}\) )?panicked at /
const RUST_TAIL = /^(?:note: |stack backtrace:)/

export const openRust = (line: string): Stack | undefined => {
  if (!RUST.test(line)) return undefined
  // Before 1.73 the message stood on the same line, in quotes.
  let said = /panicked at ['"]/.test(line.slice(0, 512))
  return {
    name: 'rust-panic',
    next(next, near) {
      if (RUST_TAIL.test(next) || isIndented(next)) return 'take'
      if (!said) {
        said = true
        return 'take'
      }
      return near.gap <= ONE_WRITE && !RUST.test(next) && !near.known() ? 'hold' : 'end'
    },
    exception(lines) {
      const start = lines.findIndex((text) => RUST.test(text))
      const tail = lines.findIndex((text, at) => at > start && RUST_TAIL.test(text))
      const message = lines
        .slice(start + 1, tail === -1 ? undefined : tail)
        .join('\n')
        .trimEnd()
      return exceptionOf('panic', message === '' ? (lines[start] ?? '').replace(RUST, '') : message)
    },
  }
}

export const GO_PANIC = /^(?:panic|fatal error): /
export const GOROUTINE =
  /^(?:goroutine \d{1,9} (?:gp=\S{1,40} m=\S{1,40} )?(?:mp=\S{1,40} )?\[|\[signal |runtime stack:)/
const GO_FRAME =
  /^(?:created by |exit status \d|\.\.\.additional frames|\[originating from |[\w./*$-]{1,300}[.(])/

/** The trace that a goroutine's head begins, its panic being above. */
export const openGo = (): Stack => ({
  name: 'go-panic',
  next: (line) =>
    isIndented(line) ||
    GOROUTINE.test(line) ||
    (GO_FRAME.test(line) &&
      (line.trimEnd().endsWith(')') || !line.includes('(') || line.startsWith('created')))
      ? 'take'
      : 'end',
  exception(lines) {
    const start = lines.findIndex((line) => GO_PANIC.test(line))
    const end = lines.findIndex((line, at) => at > start && GOROUTINE.test(line))
    if (start === -1) return {}
    const head = lines
      .slice(start, end === -1 ? undefined : end)
      .join('\n')
      .trimEnd()
    const colon = head.indexOf(': ')
    return exceptionOf(head.slice(0, colon), head.slice(colon + 2))
  },
})

export const PANIC_REGEXES = [
  { name: 'rust-panic', regex: RUST },
  { name: 'rust-tail', regex: RUST_TAIL },
  { name: 'go-panic', regex: GO_PANIC },
  { name: 'go-goroutine', regex: GOROUTINE },
  { name: 'go-frame', regex: GO_FRAME },
]
