/** How lines become one message: a block is asked, line by line, whether the next one still belongs to it. */
import type { Attributes } from '../../../record/index.ts'
import type { Said } from '../said.ts'

/**
 * `take`: belongs, and so do lines held before it. `hold`: may belong, the lines after it will tell. `end`: belongs not;
 * held lines are read anew. `close`: belongs not, but held lines do.
 */
export type Verdict = 'take' | 'hold' | 'end' | 'close'

/** What can be asked about the line at hand. */
export interface Near {
  /** Milliseconds since the line before it. */
  gap: number
  /** Is it written in a pattern of its own? Costs a reading: ask last. */
  known(): boolean
}

export interface Block {
  next(line: string, near: Near): Verdict
  /** Held lines belong to the block when nothing comes after them. */
  keepsHeld: boolean
  finish(lines: readonly string[]): Said
}

/** The part of a block that is a stack trace. */
export interface Stack {
  /** Becomes the pattern's name; without one it says nothing about the level. */
  name: string | undefined
  next(line: string, near: Near): Verdict
  /** What was thrown. */
  exception(lines: readonly string[]): Attributes
}

/** Lines of one write are read together; further apart than this (milliseconds) they are not held for one another. */
export const ONE_WRITE = 5

export const exceptionOf = (type: string, message: string): Attributes => ({
  'exception.type': type,
  ...(message === '' ? {} : { 'exception.message': message }),
})

export const isIndented = (line: string): boolean =>
  line.charCodeAt(0) === 0x20 || line.charCodeAt(0) === 0x09
