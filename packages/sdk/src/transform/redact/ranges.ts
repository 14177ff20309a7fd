/** Parts of a text that are secret, and the text without them. */

export interface Range {
  start: number
  end: number
  /** Name of the rule that found it. */
  rule: string
}

/** What stands where a value was; the rule's name is for the reader. */
export const mask = (rule: string): string => `[redacted:${rule}]`

const MASK = /\[redacted:[a-z0-9-]{1,40}\]/y

/** Where the mask that starts here ends; `at` itself when none does. */
export const maskEnd = (text: string, at: number): number => {
  if (text.charCodeAt(at) !== 91) return at
  MASK.lastIndex = at
  return MASK.test(text) ? MASK.lastIndex : at
}

/** True when the text is one mask and nothing else. */
export const isMask = (text: string): boolean =>
  text.length > 0 && text.length <= 64 && maskEnd(text, 0) === text.length

/** Ranges that overlap as one, named after the one that starts first; in order. */
const merge = (ranges: Range[]): Range[] => {
  ranges.sort((a, b) => a.start - b.start || b.end - a.end)
  const merged: Range[] = []
  for (const range of ranges) {
    const last = merged.at(-1)
    if (last !== undefined && range.start < last.end) last.end = Math.max(last.end, range.end)
    else merged.push({ ...range })
  }
  return merged
}

export interface Masked {
  text: string
  count: number
}

export const maskRanges = (text: string, ranges: Range[]): Masked => {
  let result = ''
  let from = 0
  const merged = merge(ranges)
  for (const { start, end, rule } of merged) {
    result += text.slice(from, start) + mask(rule)
    from = end
  }
  return { text: result + text.slice(from), count: merged.length }
}
