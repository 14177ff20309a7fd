/**
 * The parameters of a request. Each kind is one value that both reads a text and describes itself as JSON Schema, so that
 * what is checked and what is documented are the same.
 */

import { nearest } from '@logboom/sdk/errors'
import { FIELDS, knownField, parseTime, resolveNow } from '@logboom/sdk/query'
import { badRequest } from './errors.ts'

type Schema = Readonly<Record<string, unknown>>

export interface Reading {
  name: string
  /** Unix epoch milliseconds. */
  now: number
}

export interface Param<T> {
  about: string
  schema: Schema
  required: boolean
  /** May be given several times; its schema is that of an array then. */
  many: boolean
  /** Reads what was given, which is never empty. */
  read(texts: readonly string[], reading: Reading): T
  /** What stands for a parameter that was not given. */
  absent: T
}

export type Params = Readonly<Record<string, Param<unknown>>>

export type Values<P extends Params> = { [K in keyof P]: P[K] extends Param<infer T> ? T : never }

const wrong = ({ name }: Reading, what: string): Error => badRequest(`'${name}' must be ${what}`)

const one =
  <T>(read: (text: string, reading: Reading) => T) =>
  (texts: readonly string[], reading: Reading): T => {
    const [text = '', ...more] = texts
    if (more.length > 0) throw badRequest(`'${reading.name}' is given ${texts.length} times`, 'Give it once.')
    return read(text, reading)
  }

const optional = <T>(about: string, schema: Schema, read: Param<T>['read']): Param<T | undefined> => ({
  about,
  schema,
  required: false,
  many: false,
  read,
  absent: undefined,
})

/** A parameter of a path: it is always there. */
export const always = <T>(param: Param<T | undefined>): Param<T> => ({
  ...param,
  required: true,
  read: param.read as Param<T>['read'],
  // The router has none without it.
  absent: undefined as T,
})

/** Gives a parameter that may be absent a value. */
export const otherwise = <T>(param: Param<T | undefined>, value: T): Param<T> => ({
  ...param,
  schema: { ...param.schema, default: value },
  read: param.read as Param<T>['read'],
  absent: value,
})

export const integer = (
  about: string,
  { min, max }: { min: number; max: number },
): Param<number | undefined> =>
  optional(
    about,
    { type: 'integer', minimum: min, maximum: max },
    one((text, reading) => {
      const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
      if (!(value >= min && value <= max)) throw wrong(reading, `a whole number from ${min} to ${max}`)
      return value
    }),
  )

export const text = (about: string, { max }: { max: number }): Param<string | undefined> =>
  optional(
    about,
    { type: 'string', minLength: 1, maxLength: max },
    one((text, reading) => {
      if (text === '' || text.length > max) throw wrong(reading, `a text of 1 to ${max} characters`)
      return text
    }),
  )

export const choice = <const T extends string>(about: string, values: readonly T[]): Param<T | undefined> =>
  optional(
    about,
    { type: 'string', enum: values },
    one((text, reading) => {
      const found = values.find((value) => value === text)
      if (found === undefined) throw wrong(reading, `one of ${values.join(', ')}`)
      return found
    }),
  )

const MAX_MOMENT = 8.64e15

/** A moment, as Unix epoch milliseconds; its beginning, where a time means a whole day. */
export const moment = (about: string): Param<number | undefined> =>
  optional(
    `${about}: Unix epoch milliseconds, an ISO 8601 time (UTC without a zone), or \`now-15m\` and the like`,
    { type: 'string', minLength: 1, maxLength: 40 },
    one((text, reading) => {
      if (text.length > 40) throw wrong(reading, 'at most 40 characters long')
      const plain = /^\d{1,16}(?:\.\d{1,6})?$/.test(text) ? Number(text) : undefined
      // Four digits are a year to people.
      const value =
        plain !== undefined && text.length !== 4
          ? plain
          : parseTime(resolveNow(text, reading.now) ?? text)?.from
      if (value === undefined || value > MAX_MOMENT) {
        throw wrong(reading, 'Unix epoch milliseconds, an ISO time, or how long ago, such as now-15m')
      }
      return value
    }),
  )

const MAX_FIELD = 200

/** A field as the query language writes it. */
const readField = (text: string, reading: Reading): string => {
  if (text.length > MAX_FIELD) throw wrong(reading, `at most ${MAX_FIELD} characters long`)
  if (/^@./.test(text)) return text
  const known = knownField(text)
  if (known !== undefined) return known.name
  const meant = nearest(
    text,
    FIELDS.map(({ name }) => name),
  )
  throw badRequest(
    `'${reading.name}' names no field: ${JSON.stringify(text)}`,
    meant === undefined
      ? `An attribute is written @${text}.`
      : `Did you mean '${meant}'? An attribute is written @${text}.`,
  )
}

const FIELD_SCHEMA: Schema = {
  type: 'string',
  minLength: 1,
  maxLength: MAX_FIELD,
  examples: ['level', '@user.id'],
}

export const field = (about: string): Param<string | undefined> =>
  optional(about, FIELD_SCHEMA, one(readField))

/** Several fields: the parameter is given once for each. */
export const fieldList = (
  about: string,
  { max, fallback }: { max: number; fallback: readonly string[] },
): Param<readonly string[]> => ({
  about,
  schema: { type: 'array', items: FIELD_SCHEMA, minItems: 1, maxItems: max, default: fallback },
  required: false,
  many: true,
  read: (texts, reading) => {
    if (texts.length > max) throw badRequest(`'${reading.name}' is given more than ${max} times`)
    return [...new Set(texts.map((text) => readField(text, reading)))]
  },
  absent: fallback,
})

/**
 * Reads all parameters of a query string; one that is not known is refused.
 * @throws LogboomError LB_API_REQUEST
 */
export const readParams = <P extends Params>(params: P, given: URLSearchParams, now: number): Values<P> => {
  const known = Object.keys(params)
  for (const name of new Set(given.keys())) {
    if (Object.hasOwn(params, name)) continue
    const meant = nearest(name, known)
    throw badRequest(
      `No parameter is called ${JSON.stringify(name.slice(0, 50))}`,
      meant === undefined ? `There are: ${known.join(', ') || 'none'}.` : `Did you mean '${meant}'?`,
    )
  }
  const values = Object.entries(params).map(([name, param]) => {
    const texts = given.getAll(name)
    return [name, texts.length === 0 ? param.absent : param.read(texts, { name, now })]
  })
  return Object.fromEntries(values) as Values<P>
}
