/**
 * A query's tree as a function on records: every decision that does not need the record is made once, in `compile`.
 *
 * Every store answers as this does: an index only narrows what is then checked here.
 */
import type { Json, LogRecord } from '../record/index.ts'
import { severity } from '../record/index.ts'
import { someAt } from './attributes.ts'
import { type NumberCheck, orderedCheck, type TextCheck, textCheck, valueCheck } from './checks.ts'
import { BAD_OUTCOMES, type FieldInfo, type FieldValue, knownField } from './fields.ts'
import { fold } from './fold.ts'
import { regexStart, syntaxError } from './lexer.ts'
import { isOrdered, problemOf } from './operands.ts'
import type { Expr, Field, RegexEngine, Span, Test } from './types.ts'

export type Matcher = (record: LogRecord) => boolean

export interface CompileOptions {
  /** Compiles regular expressions; must be linear in time, for queries come from anybody. */
  regex: RegexEngine
  /** The query's text, for the error of a bad regular expression. */
  input?: string
  /** Folds a message; for who tests the same message by many queries in a row. See `lastFolded`. */
  foldedMessage?: (message: string) => string
}

/**
 * Makes a function that tells whether a record matches. It never throws.
 * @throws LogboomError LB_QUERY_SYNTAX for a regular expression the engine refuses
 * @example compile(parseQuery('level:>=warn', { now }), { regex })(record)
 */
export const compile = (expr: Expr, options: CompileOptions): Matcher => {
  const { foldedMessage = lastFolded() } = options
  const build = (node: Expr): Matcher => {
    switch (node.kind) {
      case 'all':
        return () => true
      case 'and': {
        const all = node.of.map(build)
        return (record) => all.every((matches) => matches(record))
      }
      case 'or': {
        const any = node.of.map(build)
        return (record) => any.some((matches) => matches(record))
      }
      case 'not': {
        const matches = build(node.of)
        return (record) => !matches(record)
      }
      case 'text': {
        const contains = substring(node.wildcard ? node.text.split('*') : [node.text])
        return (record) => contains(foldedMessage(record.message))
      }
      case 'regex': {
        const matches = compileRegex(node, node.span, options)
        return (record) => matches(record.message)
      }
      case 'field':
        return fieldMatcher(node.field, node.test, node.span, options)
    }
  }
  return build(expr)
}

/** Folds a message once however many terms look at it. */
export const lastFolded = (): ((message: string) => string) => {
  let last = ''
  let folded = ''
  return (message) => {
    if (message !== last) {
      folded = fold(message)
      last = message
    }
    return folded
  }
}

/** True for a text that holds all parts, one after the other. */
const substring = (parts: readonly string[]): TextCheck => {
  const needles = parts.map(fold)
  return (folded) => {
    let from = 0
    for (const needle of needles) {
      const at = folded.indexOf(needle, from)
      if (at === -1) return false
      from = at + needle.length
    }
    return true
  }
}

const compileRegex = (
  regex: { source: string; ignoreCase: boolean },
  span: Span,
  { regex: engine, input }: CompileOptions,
): TextCheck => {
  try {
    return engine(regex.source, { ignoreCase: regex.ignoreCase })
  } catch (error) {
    const reason = error instanceof Error ? `: ${error.message}` : ''
    const column = Math.max(0, regexStart(span.end, regex))
    throw syntaxError(input, column, `Not a regular expression of RE2${reason}`, error)
  }
}

const fieldMatcher = (field: Field, test: Test, span: Span, options: CompileOptions): Matcher => {
  const regex: TextCheck | undefined = test.kind === 'regex' ? compileRegex(test, span, options) : undefined
  // The parser refuses these with a better column; a tree made by hand is held to the same.
  const problem = problemOf(field, test)
  if (problem !== undefined) throw syntaxError(options.input, span.start, problem)
  const info = field.kind === 'known' ? knownField(field.name) : undefined
  if (info !== undefined) return knownMatcher(info, test, regex)
  const path = field.kind === 'known' ? [field.name] : field.path
  const check = valueCheck(test, regex)
  return (record) => someAt(record.attributes, path, check)
}

const knownMatcher = (info: FieldInfo, test: Test, regex: TextCheck | undefined): Matcher => {
  const { read } = info
  if (test.kind === 'exists') return (record) => read(record) !== undefined
  if (info.type === 'level' && test.kind !== 'wildcard' && test.kind !== 'regex') {
    const check = orderedCheck('level', test)
    return (record) => check(severity(record.level))
  }
  if (info.type === 'value') return someValue(read, valueCheck(test, regex))
  if (isOrdered(info.type) && info.type !== 'level') return someNumber(read, orderedCheck(info.type, test))
  if (info.name === 'status' && test.kind === 'equals' && fold(test.text) === 'error') {
    return someText(read, (text) => BAD_OUTCOMES.some((outcome) => outcome === text))
  }
  return someText(read, textCheck(test, regex))
}

type Read = FieldInfo['read']

const someText =
  (read: Read, check: TextCheck): Matcher =>
  (record) => {
    const value: FieldValue = read(record)
    if (typeof value === 'string') return check(value)
    return typeof value === 'object' && value.some(check)
  }

const someNumber =
  (read: Read, check: NumberCheck): Matcher =>
  (record) => {
    const value = read(record)
    return typeof value === 'number' && check(value)
  }

const someValue =
  (read: Read, check: (value: Json) => boolean): Matcher =>
  (record) => {
    const value = read(record)
    return (typeof value === 'string' || typeof value === 'number') && check(value)
  }
