/** The seam of `lines`: what a line of text on stderr (or stray on stdout) says. */
import type { Attributes, Level } from '../../record/index.ts'

/** One text line as framed: without its line ending, decoded, possibly cut. */
export interface TextLine {
  text: string
  /** When its first byte was read; Unix epoch milliseconds. */
  from: number
  /** When its last byte was read. */
  to: number
  /** Size in bytes before any cut. */
  bytes: number
  cut: boolean
}

/** A logical message: one line, or several that belong together. */
export interface LineGroup {
  /** The line it began with: the very object that was passed in, by which the caller knows it again. */
  first: TextLine
  /** `from` of the first line, `to` of the last one. */
  from: number
  to: number
  message: string
  attributes: Attributes
  /** Absent when nobody said: the caller gives `info` on stderr and `warning` on stdout. */
  level?: Level
  logger?: string
  /** The sender's own stamp, Unix epoch milliseconds; the caller checks that it is believable. */
  time?: number
  traceId?: string
  spanId?: string
  /** Which pattern recognised it; becomes `attributes.levelFrom`. Absent for unknown lines. */
  pattern?: string
  /** Original size in bytes when one of its lines was cut. */
  truncated?: number
  /** Parsed JSON of a line that was one whole JSON object: the origin marker is looked for there. */
  json?: Attributes
}

/** Collects lines of one stream into groups. */
export interface Grouper {
  /** Takes the next line; calls back with every group that this line ends. */
  line(line: TextLine): void
  /** Ends the open group if no line came for `idle` milliseconds before `at`. Returns when it would be due. */
  tick(at: number): number | undefined
  /** Ends the open group. */
  flush(): void
  /** True while there is a group that may still grow. */
  isOpen(): boolean
}
