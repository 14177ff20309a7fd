/**
 * What may stand after a field's colon, by the field's type. The parser refuses here what could never match, so that a
 * typing mistake is an error with a column and not an empty answer.
 */
import { LEVELS, levelFromName, severity } from '../record/index.ts'
import { type FieldInfo, type FieldType, knownField } from './fields.ts'
import { fold } from './fold.ts'
import type { Field, Test } from './types.ts'
import { type Interval, parseQuantity, parseTime } from './units.ts'

export type Ordered = Exclude<FieldType, 'text' | 'choice' | 'value'>

export const isOrdered = (type: FieldType): type is Ordered =>
  type !== 'text' && type !== 'choice' && type !== 'value'

/** A text as a place on the scale of an ordered type: severity, number, milliseconds, bytes. */
export const readOrdered = (type: Ordered, text: string): Interval | undefined => {
  if (type === 'time') return parseTime(text)
  if (type === 'level') {
    const level = levelFromName(text)
    return level === undefined ? undefined : point(severity(level))
  }
  const quantity = parseQuantity(text)
  if (quantity === undefined) return undefined
  const fits = quantity.dimension === undefined || quantity.dimension === type
  return fits ? point(quantity.value) : undefined
}

const point = (value: number): Interval => ({ from: value, to: value })

const EXPECTED: Readonly<Record<Ordered, string>> = {
  level: `one of ${LEVELS.join(', ')}`,
  number: 'a number, like 10',
  duration: 'a duration, like 250ms or 1.5s',
  size: 'a size, like 64kib',
  time: 'a time, like now-15m, 2026-11-22 or 2026-11-22T14:30',
}

/** What is wrong with a test on a field, as a sentence saying what to write instead; undefined if nothing is. */
export const problemOf = (field: Field, test: Test): string | undefined => {
  const info = field.kind === 'known' ? knownField(field.name) : undefined
  if (info === undefined || test.kind === 'exists') return undefined
  if (info.type === 'choice') return choiceProblem(info, test)
  return isOrdered(info.type) ? orderedProblem(info.name, info.type, test) : undefined
}

const choiceProblem = (info: FieldInfo, test: Test): string | undefined => {
  if (test.kind === 'compare' || test.kind === 'range') {
    return `${info.name} has no order: use ${info.name}:(a OR b)`
  }
  const choices = info.choices ?? []
  return test.kind === 'equals' && !choices.includes(fold(test.text))
    ? `${info.name} is one of ${choices.join(', ')}`
    : undefined
}

const orderedProblem = (name: string, type: Ordered, test: Test): string | undefined => {
  if (test.kind === 'wildcard' || test.kind === 'regex') {
    // The level's name is a text too: `level:warn*` can be meant.
    return type === 'level' ? undefined : `${name} is no text: write ${EXPECTED[type]}`
  }
  const texts = test.kind === 'range' ? [test.from, test.to] : test.kind === 'exists' ? [] : [test.text]
  const places = texts.map((text) => (text === undefined ? undefined : readOrdered(type, text)))
  if (texts.some((text, i) => text !== undefined && places[i] === undefined)) {
    return `${name} needs ${EXPECTED[type]}`
  }
  const [from, to] = places
  return from !== undefined && to !== undefined && from.from > to.from
    ? 'Nothing is in this range: write the smaller end first'
    : undefined
}
