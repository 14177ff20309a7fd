/** A whole-line pattern: a value, one per way of writing a line. */
import type { Said } from '../said.ts'

export interface Pattern {
  /** Becomes `attributes.levelFrom`. */
  name: string
  /** Anchored, matches the head of the line only; what follows the match is the message. */
  regex: RegExp
  /** What the line says; nothing if it is none of this pattern after all. `rest` is the line after the match. */
  read(match: RegExpExecArray, rest: string, stamp: Stamp): Said | undefined
}

/** The stamp that stood in front, as far as patterns care. */
export interface Stamp {
  /** Python's `%(asctime)s`: milliseconds after a comma. */
  comma: boolean
  /** `T` between date and time, as RFC 3339 has it. */
  rfc3339: boolean
}

export const NO_STAMP: Stamp = { comma: false, rfc3339: false }
