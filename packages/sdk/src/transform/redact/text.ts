/** All text rules on one text: one scan says what could be there, and only that is looked for. */
import { assignments } from './assignments.ts'
import type { Keys } from './keys.ts'
import { privateKeys } from './multiline.ts'
import { type Masked, maskRanges, type Range } from './ranges.ts'
import { ASSIGNMENT, PRIVATE_KEY, type Scan, URL_PASSWORD } from './scan.ts'
import { urlPasswords } from './urls.ts'

export interface TextRanges {
  ranges: Range[]
  /** A private key had begun and not ended. */
  open: boolean
}

const NONE: TextRanges = { ranges: [], open: false }

/** What of a text is secret, after a scan of it. */
export const textRanges = (text: string, { flags, ranges: shapes }: Scan, keys: Keys): TextRanges => {
  const all = flags | (keys.custom ? ASSIGNMENT : 0)
  if (all === 0 && shapes === undefined) return NONE
  // Shapes first: where two rules find the same, the mask names the more telling one.
  const ranges = shapes ?? []
  let open = false
  if ((all & PRIVATE_KEY) !== 0) {
    const pem = privateKeys(text)
    ranges.push(...pem.ranges)
    open = pem.open
  }
  if ((all & URL_PASSWORD) !== 0) ranges.push(...urlPasswords(text))
  if ((all & ASSIGNMENT) !== 0) ranges.push(...assignments(text, keys))
  return { ranges, open }
}

/** A text without its secrets; undefined when it has none. */
export const maskText = (text: string, found: Scan, keys: Keys): Masked | undefined => {
  const { ranges } = textRanges(text, found, keys)
  return ranges.length === 0 ? undefined : maskRanges(text, ranges)
}
