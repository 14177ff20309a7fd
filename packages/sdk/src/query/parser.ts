/**
 * The query language, by recursive descent. `docs/query.md` explains it to users.
 *
 * ```ebnf
 * query     = [ or ] ;                                   (* empty: everything *)
 * or        = and , { "OR" , and } ;
 * and       = not , { [ "AND" ] , not } ;                (* space is AND *)
 * not       = ( "NOT" | "-" | "!" ) , not | primary ;
 * primary   = "(" , or , ")" | field , value | phrase | regex | word ;
 * field     = name , ":" | "@" , part , { "." , part } , ":" ;
 * part      = phrase | ? no space . : ( ) and no quote ? ;
 * value     = "(" , or , ")"                             (* every primary in it is a value *)
 *           | ( ">" | ">=" | "<" | "<=" ) , operand
 *           | "[" , ( operand | "*" ) , "TO" , ( operand | "*" ) , "]"
 *           | phrase | regex | word ;                    (* word "*": exists; with "*": wildcard *)
 * operand   = phrase | word ;
 * phrase    = '"' , { ? any character ? | '\"' | '\\' } , '"' ;
 * regex     = "/" , ? RE2 source, "/" escaped or in a class ? , "/" , [ "i" ] ;
 * word      = ? no white space, no parentheses, no quotes ? ;
 * ```
 *
 * Keywords are upper case. `now`, `now-15m` become ISO times here, so the tree means the same whenever it is evaluated.
 */
import { MAX_DEPTH } from '../record/index.ts'
import { type FieldInfo, knownField, typeOf } from './fields.ts'
import {
  expectEnd,
  isKeyword,
  type Lexer,
  skipSpace,
  syntaxError,
  take,
  takeAttributePath,
  takeFieldName,
  takeKeyword,
  takeNegation,
  takeQuoted,
  takeRegex,
  takeWord,
} from './lexer.ts'
import { problemOf } from './operands.ts'
import type { Expr, Field, Test } from './types.ts'
import { resolveNow } from './units.ts'

/** Longest query, in UTF-16 units. */
export const MAX_QUERY_LENGTH = 10_000
/** Deepest nesting of parentheses and negations. */
export const MAX_QUERY_DEPTH = 64

export interface ParseOptions {
  /** What `now` means: Unix epoch milliseconds. */
  now: number
}

interface State extends Lexer {
  now: number
  depth: number
}

/**
 * Reads a query. An empty one finds everything.
 * @throws LogboomError LB_QUERY_SYNTAX, with `column` (1-based, in UTF-16 units) and `input`; nothing else
 * @example parseQuery('level:>=warning -tool:ping', { now: Date.now() })
 */
export const parseQuery = (text: string, options: ParseOptions): Expr => {
  if (text.length > MAX_QUERY_LENGTH) {
    throw syntaxError(text, MAX_QUERY_LENGTH, `Make the query shorter than ${MAX_QUERY_LENGTH} characters`)
  }
  const state: State = { text, at: 0, now: options.now, depth: 0 }
  skipSpace(state)
  if (state.at === text.length) return { kind: 'all', span: { start: 0, end: text.length } }
  const expr = parseOr(state, undefined)
  // Only a closing parenthesis stops the rules above before the end.
  if (state.at < text.length)
    throw syntaxError(text, state.at, 'Unexpected ): remove it, or put it in quotes')
  return expr
}

const parseOr = (state: State, field: Field | undefined): Expr => {
  const of = [parseAnd(state, field)]
  while (takeKeyword(state, 'OR')) of.push(parseAnd(state, field))
  return joined('or', of)
}

const parseAnd = (state: State, field: Field | undefined): Expr => {
  const of = [parseNot(state, field)]
  for (;;) {
    skipSpace(state)
    if (state.at >= state.text.length || state.text[state.at] === ')' || isKeyword(state, 'OR')) break
    takeKeyword(state, 'AND')
    of.push(parseNot(state, field))
  }
  return joined('and', of)
}

const joined = (kind: 'and' | 'or', of: readonly Expr[]): Expr => {
  const [first] = of
  const last = of.at(-1)
  if (first === undefined || last === undefined || of.length === 1) return first ?? NOTHING
  return { kind, of, span: { start: first.span.start, end: last.span.end } }
}

const NOTHING: Expr = { kind: 'all', span: { start: 0, end: 0 } }

const parseNot = (state: State, field: Field | undefined): Expr => {
  skipSpace(state)
  const start = state.at
  if (!takeKeyword(state, 'NOT') && !takeNegation(state, field !== undefined))
    return parsePrimary(state, field)
  const of = nested(state, start, () => parseNot(state, field))
  return { kind: 'not', of, span: { start, end: of.span.end } }
}

const nested = (state: State, start: number, parse: () => Expr): Expr => {
  if (state.depth >= MAX_QUERY_DEPTH) {
    throw syntaxError(state.text, start, `Nested deeper than ${MAX_QUERY_DEPTH}: simplify the query`)
  }
  state.depth++
  const expr = parse()
  state.depth--
  return expr
}

const parsePrimary = (state: State, field: Field | undefined): Expr => {
  const { text, at: start } = state
  if (start >= text.length || text[start] === ')') throw missingTerm(state)
  for (const word of ['AND', 'OR'] as const) {
    if (isKeyword(state, word)) {
      throw syntaxError(text, start, `${word} stands between two terms; write "${word}" for the word`)
    }
  }
  if (text[start] === '(') return parseGroup(state, field)
  if (field !== undefined) return fieldExpr(state, field, start)
  const named = takeField(state)
  if (named !== undefined) return parseValue(state, named, start)
  return parseText(state)
}

/** Nothing stands where a term must: say it in the words of what came before. */
const missingTerm = ({ text, at }: State): Error => {
  const before = /(\S+)\s*$/.exec(text.slice(0, at))?.[1] ?? ''
  if (at < text.length && before === '')
    return syntaxError(text, at, 'Unexpected ): remove it, or put it in quotes')
  if (before.endsWith('(')) {
    return syntaxError(
      text,
      at,
      at < text.length ? 'Empty parentheses: put a term in' : 'Missing a term and )',
    )
  }
  return syntaxError(text, at, `Missing a term after ${before.slice(-8)}`)
}

const parseGroup = (state: State, field: Field | undefined): Expr => {
  const start = state.at
  return nested(state, start, () => {
    state.at++
    const inner = parseOr(state, field)
    if (!take(state, ')')) throw syntaxError(state.text, state.at, 'Expected )')
    expectEnd(state)
    return inner
  })
}

const takeField = (state: State): Field | undefined => {
  const start = state.at
  if (state.text[state.at] === '@') {
    const path = takeAttributePath(state)
    return path === undefined ? undefined : attribute(state, path, start)
  }
  const name = takeFieldName(state)
  if (name === undefined) return undefined
  const info: FieldInfo | undefined = knownField(name)
  if (info !== undefined) return { kind: 'known', name: info.name }
  const path = name.split('.')
  if (path.includes(''))
    throw syntaxError(state.text, start, 'A field is written name:value or path.to.it:value')
  // `attributes.user.id` is what the record's JSON calls `@user.id`.
  return attribute(state, path[0] === 'attributes' && path.length > 1 ? path.slice(1) : path, start)
}

const attribute = (state: State, path: readonly string[], start: number): Field => {
  if (path.length <= MAX_DEPTH) return { kind: 'attribute', path }
  // No record nests deeper.
  throw syntaxError(state.text, start, `Write a path of at most ${MAX_DEPTH} parts`)
}

const parseText = (state: State): Expr => {
  const start = state.at
  if (state.text[start] === '"') {
    const phrase = takeQuoted(state)
    if (state.text[state.at] === ':') {
      throw syntaxError(state.text, start, 'Put @ before a quoted field name')
    }
    expectEnd(state)
    return { kind: 'text', text: phrase, wildcard: false, span: { start, end: state.at } }
  }
  const regex = state.text[start] === '/' ? takeRegex(state) : undefined
  if (regex !== undefined) return { kind: 'regex', ...regex, span: { start, end: state.at } }
  const word = takeWord(state)
  const span = { start, end: state.at }
  if (/^\*+$/.test(word)) return { kind: 'all', span }
  return { kind: 'text', text: word, wildcard: word.includes('*'), span }
}

const parseValue = (state: State, field: Field, start: number): Expr =>
  state.text[state.at] === '(' ? parseGroup(state, field) : fieldExpr(state, field, start)

const fieldExpr = (state: State, field: Field, start: number): Expr => {
  const valueAt = state.at
  const test = parseTest(state, field)
  expectEnd(state)
  const problem = problemOf(field, test)
  if (problem !== undefined) throw syntaxError(state.text, valueAt, problem)
  return { kind: 'field', field, test, span: { start, end: state.at } }
}

const parseTest = (state: State, field: Field): Test => {
  const { text, at } = state
  const char = text[at]
  if (char === '"') return { kind: 'equals', text: takeQuoted(state) }
  if (char === '[') return parseRange(state, field)
  if (char === '>' || char === '<') {
    state.at++
    const op = take(state, '=') ? (`${char}=` as const) : char
    return { kind: 'compare', op, text: takeOperand(state, field) }
  }
  const regex = char === '/' ? takeRegex(state) : undefined
  if (regex !== undefined) return { kind: 'regex', ...regex }
  const word = takeWord(state)
  if (word === '') throw missingValue(state)
  if (/^\*+$/.test(word)) return { kind: 'exists' }
  if (word.includes('*')) return { kind: 'wildcard', pattern: word }
  // Elsewhere `now` is an ordinary text.
  return { kind: 'equals', text: (typeOf(field) === 'time' && resolveNow(word, state.now)) || word }
}

const missingValue = (state: State): Error => syntaxError(state.text, state.at, 'Missing value')

const takeOperand = (state: State, field: Field, stop?: string): string => {
  const start = state.at
  if (state.text[start] === '"') {
    const quoted = takeQuoted(state)
    return (typeOf(field) === 'time' && resolveNow(quoted, state.now)) || quoted
  }
  const word = takeWord(state, stop)
  if (word === '') throw missingValue(state)
  if (word.includes('*')) throw syntaxError(state.text, start, 'No * here: write a whole value')
  return resolveNow(word, state.now) ?? word
}

const parseRange = (state: State, field: Field): Test => {
  state.at++
  const from = takeEnd(state, field)
  skipSpace(state)
  if (!takeKeyword(state, 'TO')) {
    throw syntaxError(state.text, state.at, 'A range is [a TO b]; put other text with [ in quotes')
  }
  const to = takeEnd(state, field)
  skipSpace(state)
  if (!take(state, ']')) throw syntaxError(state.text, state.at, 'Expected ]')
  return from === undefined && to === undefined ? { kind: 'exists' } : { kind: 'range', from, to }
}

/** One end of a range; undefined for `*`. */
const takeEnd = (state: State, field: Field): string | undefined => {
  skipSpace(state)
  const { text, at } = state
  if (text[at] === '*' && /[\s\]]/.test(text[at + 1] ?? ' ')) {
    state.at++
    return undefined
  }
  return takeOperand(state, field, ']')
}
