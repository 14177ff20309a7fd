/** What may be typed next: fields, operators, values and words, for the place where the caret stands. Pure. */
import { FIELDS, type FieldInfo, knownField } from '@logboom/sdk/query'
import { quoted } from './terms.ts'
import { plainOf, type Token, tokensOf } from './tokens.ts'

export interface Counted {
  value: string
  count: number
}

/** What is known about the records, as far as it was asked. */
export interface Knowledge {
  /** Attributes, as the language writes them. */
  attributes: readonly { name: string; types: readonly string[]; count: number }[]
  /** Values by field, the most frequent first. */
  values: ReadonlyMap<string, readonly Counted[]>
}

export interface Option {
  kind: 'field' | 'attribute' | 'value' | 'keyword'
  /** What takes the place of what is being typed. */
  insert: string
  /** How many records have it, where that is known. */
  count?: number
  /** What the field is about, by its name; types of an attribute. */
  field?: string
  types?: readonly string[]
}

export interface Completion {
  /** What is replaced: UTF-16 offsets, the end exclusive. */
  from: number
  to: number
  options: readonly Option[]
  /** The field being typed a value of: its values are worth asking for. */
  field?: string
}

const MOST = 60
const RELATIVE_TIMES = ['now-5m', 'now-15m', 'now-1h', 'now-6h', 'now-24h', 'now-7d']
const AMOUNTS: Readonly<Record<string, readonly string[]>> = {
  duration: ['>100ms', '>500ms', '>1s', '>5s', '>30s'],
  size: ['>1kib', '>64kib', '>1mib'],
  number: ['>0', '>10', '>100'],
  time: RELATIVE_TIMES.map((time) => `>${time}`),
  level: ['>=warning', '>=error', '>=notice'],
}

/** Where the caret stands: what is typed of a token before it, and which token it is part of. */
const tokenAt = (text: string, caret: number): { before: Token | undefined; after: Token | undefined } => {
  const before = tokensOf(text.slice(0, caret)).findLast(({ end }) => end === caret)
  return { before, after: tokensOf(text).find(({ start, end }) => start <= caret && caret < end) }
}

/** The field of an open list, `server:(a OR |`. */
const fieldOfGroup = (text: string, caret: number): string | undefined =>
  tokensOf(`${text.slice(0, caret)}x`).at(-1)?.field

/** @example complete('lev', 3, knowledge).options[0] // { kind: 'field', insert: 'level:', … } */
export const complete = (text: string, caret: number, knowledge: Knowledge): Completion => {
  const { before, after } = tokenAt(text, caret)
  const isOpen = before !== undefined && !['operator', 'bracket', 'field'].includes(before.kind)
  // A field's name is being typed while its colon is still to come, or stands further right.
  const from = isOpen ? before.start : caret
  const joins = after !== undefined && (after.start === from || (!isOpen && after.start === caret))
  const to = joins && after.kind !== 'bracket' ? Math.max(after.end, caret) : caret
  const typed = plainOf(text.slice(from, caret))
  const field = isOpen ? before.field : fieldOfGroup(text, caret)
  if (before?.kind === 'regex' || isClosed(before, text)) return { from: caret, to: caret, options: [] }
  if (field === undefined)
    return { from, to, options: terms(typed, knowledge, isAfterTerm(text, from)).slice(0, MOST) }
  const hasOperator = before?.kind === 'operator' || tokenBefore(text, from)?.kind === 'operator'
  const inRange = /\[[^\]]*$/.test(text.slice(0, from))
  return {
    from,
    to,
    field,
    options: values(field, typed, knowledge, hasOperator || inRange).slice(0, MOST),
  }
}

const tokenBefore = (text: string, at: number): Token | undefined =>
  tokensOf(text.slice(0, at)).findLast(({ end }) => end === at)

/** Whether a term ends here, so that AND and OR can follow. */
const isAfterTerm = (text: string, at: number): boolean => {
  const last = tokensOf(text.slice(0, at)).at(-1)
  if (last === undefined || last.kind === 'operator' || last.kind === 'keyword') return false
  return last.kind !== 'bracket' || text[last.start] !== '('
}

/** A quoted text that ends before the caret: there is nothing to add to it. */
const isClosed = (token: Token | undefined, text: string): boolean =>
  token?.kind === 'quoted' && /[^\\](?:\\\\)*"$/.test(text.slice(token.start, token.end))

const startsOrHas = (typed: string) => {
  const wanted = typed.toLowerCase()
  return (candidate: string): 0 | 1 | 2 => {
    const own = candidate.toLowerCase()
    return own.startsWith(wanted) ? 0 : own.includes(wanted) ? 1 : 2
  }
}

/** Those that fit, the best first; each in the order they came. */
const ranked = <T>(of: readonly T[], text: (one: T) => string, typed: string): T[] => {
  const rank = startsOrHas(typed)
  const fitting = of.map((one) => ({ one, rank: rank(text(one)) })).filter((each) => each.rank < 2)
  return fitting.sort((a, b) => a.rank - b.rank).map(({ one }) => one)
}

const terms = (typed: string, knowledge: Knowledge, afterTerm: boolean): Option[] => {
  const options: Option[] = []
  if (!typed.startsWith('@')) options.push(...knownFields(typed))
  const bare = typed.replace(/^@/, '')
  for (const { name, types, count } of ranked(knowledge.attributes, ({ name }) => name.slice(1), bare))
    options.push({ kind: 'attribute', insert: `${name}:`, types, count })
  if (typed === '') return options
  options.push(...wholeTerms(typed, knowledge))
  const keywords = afterTerm ? ['AND', 'OR', 'NOT'] : ['NOT']
  for (const word of keywords)
    if (word.startsWith(typed.toUpperCase())) options.push({ kind: 'keyword', insert: word })
  return options
}

const knownFields = (typed: string): Option[] => {
  const rank = startsOrHas(typed)
  const best = ({ name, aliases }: FieldInfo): number =>
    Math.min(rank(name), ...aliases.map((alias) => rank(alias)))
  return FIELDS.filter((info) => best(info) < 2)
    .sort((a, b) => best(a) - best(b))
    .map(({ name }) => ({ kind: 'field', insert: `${name}:`, field: name }))
}

/** Values that begin with what is typed, with their field: `err` may mean `level:error`. */
const wholeTerms = (typed: string, { values: known }: Knowledge): Option[] => {
  const rank = startsOrHas(typed)
  const levels = (knownField('level')?.choices ?? []).map((value) => ({ field: 'level', value }))
  const others = ['server', 'tool', 'logger'].flatMap((field) =>
    (known.get(field) ?? []).map((one) => ({ field, ...one })),
  )
  return [...levels, ...others]
    .filter(({ value }) => rank(value) === 0)
    .slice(0, 8)
    .map(({ field, value, ...rest }) => ({ kind: 'value', insert: `${field}:${quoted(value)}`, ...rest }))
}

const values = (field: string, typed: string, knowledge: Knowledge, hasOperator: boolean): Option[] => {
  const info = knownField(field)
  const counts = knowledge.values.get(field) ?? []
  const amounts = (AMOUNTS[info?.type ?? ''] ?? []).map((amount) =>
    hasOperator ? amount.replace(/^[<>]=?/, '') : amount,
  )
  const options: Option[] = []
  // Of a level, `>=` shortcuts stand for levels that follow anyway.
  if (!(info?.type === 'level' && hasOperator))
    for (const insert of ranked(amounts, (amount) => amount.replace(/^[<>]=?/, ''), typed))
      options.push({ kind: 'value', insert })
  const choices = info?.choices?.map((value) => ({ value, count: countOf(counts, value) }))
  for (const { value, count } of ranked<{ value: string; count?: number | undefined }>(
    choices ?? counts,
    ({ value }) => value,
    typed,
  ))
    options.push({ kind: 'value', insert: quoted(value), ...(count === undefined ? {} : { count }) })
  if (typed === '' && !hasOperator) options.push({ kind: 'value', insert: '*' })
  return options
}

const countOf = (counts: readonly Counted[], value: string): number | undefined =>
  counts.find((one) => one.value === value)?.count

/** The query with an option taken, and where the caret goes. A whole term is followed by a space. */
export const take = (
  text: string,
  { from, to }: Pick<Completion, 'from' | 'to'>,
  { kind, insert }: Option,
): { text: string; caret: number } => {
  const rest = text.slice(to)
  const space = kind === 'value' || kind === 'keyword' ? (/^[\s)\]]/.test(rest) ? '' : ' ') : ''
  const done = text.slice(0, from) + insert + space
  return { text: done + rest, caret: done.length }
}
