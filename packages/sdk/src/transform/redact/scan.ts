/**
 * One pass over a text finds where anything could be: a rolling hash of the last three characters, case-folded, indexes a
 * table of what starts there. Clean text costs this pass and no more.
 *
 * Five bits of each character are kept, so that a letter and its capital are one and every other character is some
 * letter's twin: a hit is a hint, the rule decides.
 */
import { isTokenStart, tokenEnd } from './chars.ts'
import type { Range } from './ranges.ts'
import { SHAPE_RULES, type ShapeRule } from './shapes.ts'

/** What else a text may hold and has to be looked through for. */
export const ASSIGNMENT = 1
export const URL_PASSWORD = 2
export const PRIVATE_KEY = 4
/** JSON escapes that could hide the letters of anything. */
export const ESCAPE = 8

const BITS = 5
const UNIT = 31
const MASK = 0x7fff

/** Every name of the key rules has one of these in it. */
const NAME_TRIGRAMS =
  'ssw pwd ssc phr mne ecr tok key uth oki ede jwt otp bea rin nns n_s sse aml sid nid n-i n_i ig= re= de='.split(
    ' ',
  )
/** For `pass`, which too many words end in, and for the flags that carry `user:password`. */
const PASS_TRIGRAMS = [
  'ss=',
  'ss:',
  'ss"',
  "ss'",
  's =',
  's :',
  'ss\\',
  'ss>',
  'ss%',
  'ss]',
  '-pa',
  '-u ',
  '--u',
]

interface Trigger {
  flags: number
  /** Shapes that start `back` characters before the last one of the trigram. */
  shapes: { rule: ShapeRule; back: number }[]
}

const hashOf = (trigram: string): number =>
  [...trigram].reduce((hash, unit) => ((hash << BITS) | (unit.charCodeAt(0) & UNIT)) & MASK, 0)

// 0: nothing starts here; else an index into TRIGGERS.
const TABLE = new Uint8Array(MASK + 1)
const TRIGGERS: Trigger[] = [{ flags: 0, shapes: [] }]

const trigger = (trigram: string): Trigger => {
  const hash = hashOf(trigram)
  const known = TABLE[hash] ?? 0
  if (known === 0) {
    TABLE[hash] = TRIGGERS.length
    TRIGGERS.push({ flags: 0, shapes: [] })
  }
  return TRIGGERS[TABLE[hash] ?? 0] as Trigger
}

for (const trigram of [...NAME_TRIGRAMS, ...PASS_TRIGRAMS]) trigger(trigram).flags |= ASSIGNMENT
trigger('://').flags |= URL_PASSWORD
trigger(':\\/').flags |= URL_PASSWORD | ESCAPE
trigger('vat').flags |= PRIVATE_KEY
for (const digit of '0123456789abcdef') trigger(`\\u${digit}`).flags |= ESCAPE
for (const rule of SHAPE_RULES) {
  for (const start of rule.starts) {
    const back = start.text.indexOf(start.trigger) + 2
    const { shapes } = trigger(start.trigger)
    if (!shapes.some((known) => known.rule === rule && known.back === back)) shapes.push({ rule, back })
  }
}

export interface Scan {
  flags: number
  /** Shapes found; absent when there were none. */
  ranges?: Range[]
}

/** Shorter texts are read where they are, longer ones in pieces of this size. */
const MIN_COPIED = 24
const COPIED = 4096
const copy = Buffer.alloc(COPIED)

/**
 * Where the first hint ends; the text's length when there is none, as in nearly every text. Reading a character of a string
 * costs more than all that is done with it, so that longer texts are read as bytes: of each, only the five bits that
 * count are looked at, and those are the same.
 */
const firstHint = (text: string): number => {
  let hash = 0
  if (text.length < MIN_COPIED) {
    for (let i = 0; i < text.length; i++) {
      hash = ((hash << BITS) | (text.charCodeAt(i) & UNIT)) & MASK
      if (TABLE[hash] !== 0) return i
    }
    return text.length
  }
  for (let from = 0; from < text.length; from += COPIED) {
    const size = copy.write(text.length <= COPIED ? text : text.slice(from, from + COPIED), 'latin1')
    for (let i = 0; i < size; i++) {
      hash = ((hash << BITS) | ((copy[i] ?? 0) & UNIT)) & MASK
      if (TABLE[hash] !== 0) return from + i
    }
  }
  return text.length
}

/** Looks a text over once. Linear in its length: what was part of a token is not looked at again. */
export const scan = (text: string): Scan => {
  let hash = 0
  let flags = 0
  let ranges: Range[] | undefined
  let refused: Refused | undefined
  // From what the first hint is made of. Lone characters before the third would alias a trigram with a leading zero: a wrong
  // hint at worst.
  for (let i = Math.max(0, firstHint(text) - 2); i < text.length; i++) {
    hash = ((hash << BITS) | (text.charCodeAt(i) & UNIT)) & MASK
    const found = TABLE[hash]
    if (found === 0 || found === undefined) continue
    const hit = TRIGGERS[found] as Trigger
    flags |= hit.flags
    for (const { rule, back } of hit.shapes) {
      refused ??= new Map()
      const range = matchShape(text, i - back, rule, refused)
      if (range === undefined) continue
      ranges ??= []
      ranges.push(range)
      if (range.end - 1 > i) {
        flags |= flagsWithin(text, i + 1, range.end)
        i = range.end - 1
        hash = 0
      }
      break
    }
  }
  const discord = discordTokens(text)
  if (discord !== undefined) ranges = [...(ranges ?? []), ...discord]
  return ranges === undefined ? { flags } : { flags, ranges }
}

/** The flags of a part that is masked already: a name may end in it. */
const flagsWithin = (text: string, from: number, end: number): number => {
  let hash = 0
  let flags = 0
  for (let i = Math.max(0, from - 2); i < end; i++) {
    hash = ((hash << BITS) | (text.charCodeAt(i) & UNIT)) & MASK
    flags |= TRIGGERS[TABLE[hash] ?? 0]?.flags ?? 0
  }
  return flags
}

/** Where a token ends that a rule did not confirm: no later part of it is one either, so it is walked but once. */
type Refused = Map<ShapeRule, number>

const matchShape = (text: string, start: number, rule: ShapeRule, refused: Refused): Range | undefined => {
  if (start < (refused.get(rule) ?? 0) || !(rule.anywhere || isTokenStart(text, start))) return undefined
  rule.regex.lastIndex = start
  if (!rule.regex.test(text)) return undefined
  const matched = rule.regex.lastIndex
  const end = tokenEnd(text, matched, rule.alphabet)
  if (rule.confirm !== undefined && !rule.confirm(text.slice(start, end))) {
    refused.set(rule, end)
    return undefined
  }
  const from = rule.secretFrom === undefined ? 0 : rule.secretFrom(text.slice(start, matched))
  return { start: start + from, end, rule: rule.name }
}

const DISCORD_PARTS = [28, 27, 26, 25, 24, 23]
const DISCORD_SECRET = 27

/** Discord's tokens start with nothing of their own: two dots, seven apart, are what is looked for. */
const discordTokens = (text: string): Range[] | undefined => {
  let ranges: Range[] | undefined
  for (let dot = text.indexOf('.', 23); dot !== -1; dot = text.indexOf('.', dot + 1)) {
    if (text.charCodeAt(dot + 7) !== 46) continue
    const start = DISCORD_PARTS.map((part) => dot - part).find((at) => startsDiscord(text, at, dot))
    if (start === undefined) continue
    const end = tokenEnd(text, dot + 8, 'word')
    if (end - dot - 8 < DISCORD_SECRET || tokenEnd(text, dot + 1, 'word') !== dot + 7) continue
    ranges ??= []
    ranges.push({ start, end, rule: 'discord-token' })
    dot = end - 1
  }
  return ranges
}

const startsDiscord = (text: string, at: number, dot: number): boolean =>
  at >= 0 &&
  'MNO'.includes(text.charAt(at)) &&
  isTokenStart(text, at) &&
  tokenEnd(text.slice(at, dot), 0, 'word') === dot - at

/** Every regular expression that meets text from outside; `npm run regexes` checks them. */
export const SCAN_PATTERNS: readonly { name: string; regex: RegExp }[] = SHAPE_RULES.map(
  ({ name, regex }) => ({ name, regex }),
)
