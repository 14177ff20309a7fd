/**
 * Private keys in PEM, whose lines may arrive one record at a time.
 *
 * Within a text everything from BEGIN to END is masked, or to the end of the text when END is missing: it was cut, or
 * the next records of the same stream hold the rest. Those are watched until END, or 200 lines, or 64 KiB, or eight
 * lines in a row that have nothing of a key. While watched, a line that is base64 or a PEM header is masked whole; in any
 * other line, what looks like a line of a key. An END whose BEGIN nobody saw masks the base64 before it.
 */
import { isSpace, tokenEnd } from './chars.ts'
import type { Range } from './ranges.ts'

const BEGIN = /- ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}/g
const END = /- ?END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}/g
const HEADER = /^(?:Proc-Type|DEK-Info|Comment|Version|Subject|x-[\w-]{1,32}|Hash|Charset): /i
const RULE = 'pem-private-key'

const MAX_LINES = 200
const MAX_BYTES = 65_536
const MAX_FOREIGN = 8
const KEY_LINE = 40

export interface PemRanges {
  ranges: Range[]
  /** True when a key had begun and not ended. */
  open: boolean
}

const next = (regex: RegExp, text: string, from: number): { start: number; end: number } | undefined => {
  regex.lastIndex = from
  const match = regex.exec(text)
  if (match === null) return undefined
  // The other dashes before the word are its own.
  let start = match.index
  while (start > from && match.index - start < 6 && '- '.includes(text.charAt(start - 1))) start--
  return { start, end: regex.lastIndex }
}

/** Ranges of the private keys in a text. */
export const privateKeys = (text: string): PemRanges => {
  const ranges: Range[] = []
  let from = 0
  for (;;) {
    const begin = next(BEGIN, text, from)
    const end = next(END, text, begin?.end ?? from)
    const orphan = begin === undefined ? end : next(END, text.slice(0, begin.start), from)
    if (orphan !== undefined)
      ranges.push({ start: base64Before(text, orphan.start, from), end: orphan.end, rule: RULE })
    if (begin === undefined) return { ranges, open: false }
    if (end === undefined) {
      ranges.push({ start: begin.start, end: text.length, rule: RULE })
      return { ranges, open: true }
    }
    ranges.push({ start: begin.start, end: end.end, rule: RULE })
    from = end.end
  }
}

/** Where the base64 and the line ends (also as `\n`) before a place start. */
const base64Before = (text: string, at: number, least: number): number => {
  let start = at
  while (
    start > least &&
    (isSpace(text.charCodeAt(start - 1)) || /[A-Za-z0-9+/=\\]/.test(text.charAt(start - 1)))
  ) {
    start--
  }
  return start
}

/** What is known of a key whose end has not come yet, on one stream. */
export interface OpenKey {
  lines: number
  bytes: number
  foreign: number
}

export const openKey = (): OpenKey => ({ lines: 0, bytes: 0, foreign: 0 })

export interface Continued {
  ranges: Range[]
  /** The state for the next record of the stream; absent when the key has ended. */
  open?: OpenKey
}

const RUN = /[A-Za-z0-9+/=]{40}/g

/** Ranges of what a text goes on to tell of a key that had begun before it. */
export const continueKey = (text: string, state: OpenKey): Continued => {
  const end = next(END, text, 0)
  // A new key before the old one's end: the old one is taken to have ended, unseen.
  const begin = next(BEGIN, text, 0)
  if (end !== undefined && (begin === undefined || end.start < begin.start)) {
    return { ranges: [{ start: 0, end: end.end, rule: RULE }] }
  }
  const lines = text.split('\n')
  const ranges: Range[] = []
  let { foreign } = state
  let at = 0
  for (const line of lines) {
    const trimmed = line.trim()
    const runs = keyRuns(line, at)
    if (trimmed === '') foreign += 0
    else if (isKeyLine(trimmed)) {
      ranges.push({ start: at, end: at + line.length, rule: RULE })
      foreign = 0
    } else if (runs.length > 0) {
      ranges.push(...runs)
      foreign = 0
    } else foreign++
    at += line.length + 1
  }
  const open = { lines: state.lines + lines.length, bytes: state.bytes + text.length, foreign }
  const over = open.lines >= MAX_LINES || open.bytes >= MAX_BYTES || foreign >= MAX_FOREIGN
  return over ? { ranges } : { ranges, open }
}

const isKeyLine = (line: string): boolean => tokenEnd(line, 0, 'base64') === line.length || HEADER.test(line)

/** Long base64 in a line that has more to say, such as a prefix some logger put before each line. */
const keyRuns = (line: string, offset: number): Range[] => {
  const ranges: Range[] = []
  RUN.lastIndex = 0
  for (let match = RUN.exec(line); match !== null; match = RUN.exec(line)) {
    const end = tokenEnd(line, match.index + KEY_LINE, 'base64')
    ranges.push({ start: offset + match.index, end: offset + end, rule: RULE })
    RUN.lastIndex = end
  }
  return ranges
}

export const PEM_PATTERNS: readonly { name: string; regex: RegExp }[] = [
  { name: 'pem-begin', regex: BEGIN },
  { name: 'pem-end', regex: END },
  { name: 'pem-run', regex: RUN },
]
