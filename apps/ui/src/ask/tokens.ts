/**
 * The parts of a query as it is typed, for colours and completion. Unlike the parser it never refuses anything: half a query has
 * parts too. Where a query parses, the parts mean what the parser says.
 */
import { fieldName } from './terms.ts'

export interface Token {
  kind: 'field' | 'operator' | 'keyword' | 'quoted' | 'regex' | 'bracket' | 'word'
  /** UTF-16 offsets; the end is exclusive. */
  start: number
  end: number
  /** On values, and the operators before them: the field they are a value of. */
  field?: string
}

const KEYWORD = /(?:AND|OR|NOT)(?=$|[\s()"])/y
const TO = /TO(?=$|[\s\]])/y
/** At the very end a sign is a text to the parser, and here the beginning of more. */
const NEGATION = /!(?![\s)])|-(?![\s)-])/y
const NEGATION_OF_VALUE = /!(?![\s)])|-(?![\s)\d.-])/y
const KNOWN_FIELD = /[\p{L}_$][\p{L}\p{M}\p{N}_$./-]*:(?!\/\/)/uy
const ATTRIBUTE = /@(?:"(?:\\["\\]|[^"])*"|[^\s.:()"]*)(?:\.(?:"(?:\\["\\]|[^"])*"|[^\s.:()"]*))*:/y
const COMPARISON = /[<>]=?/y
const QUOTED = /"(?:\\["\\]|[^"])*"?/y
const REGEX = /\/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\[])+\/i?(?=$|[\s)])/y
const WORD = /[^\s()"]+/y
const WORD_IN_RANGE = /[^\s()"\]]+/y

/** Splits a query into its parts; white space belongs to none. */
export const tokensOf = (text: string): Token[] => {
  const tokens: Token[] = []
  /** The field that each open parenthesis holds values of. */
  const groups: (string | undefined)[] = []
  let at = 0
  /** The field whose value comes next: set by `name:`, gone after the value. */
  let field: string | undefined
  let inRange = false

  const take = (kind: Token['kind'], pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const [found] = pattern.exec(text) ?? []
    if (found === undefined || found === '') return undefined
    tokens.push({ kind, start: at, end: at + found.length, ...(field === undefined ? {} : { field }) })
    at += found.length
    return found
  }
  const bracket = (): void => {
    tokens.push({ kind: 'bracket', start: at, end: at + 1 })
    at++
  }

  while (at < text.length) {
    const char = text[at] ?? ''
    if (/\s/.test(char)) {
      at++
      if (!inRange) field = groups.at(-1)
    } else if (char === '(') {
      groups.push(field)
      bracket()
    } else if (char === ')') {
      groups.pop()
      bracket()
      inRange = false
      field = groups.at(-1)
    } else if (inRange) {
      if (char === ']') {
        bracket()
        inRange = false
      } else if (take('keyword', TO) === undefined)
        take('quoted', QUOTED) ?? take('word', WORD_IN_RANGE) ?? at++
    } else if (field !== undefined && char === '[') {
      bracket()
      inRange = true
    } else if (take('keyword', KEYWORD) === undefined) {
      const isValue = field !== undefined
      if (!isValue || groups.at(-1) !== undefined) take('operator', isValue ? NEGATION_OF_VALUE : NEGATION)
      if (!isValue) {
        const name = take('field', ATTRIBUTE) ?? take('field', KNOWN_FIELD)
        if (name !== undefined) {
          field = fieldName(name.slice(0, -1))
          continue
        }
      } else take('operator', COMPARISON)
      take('quoted', QUOTED) ?? take('regex', REGEX) ?? take('word', WORD)
    }
  }
  return tokens
}

/** The text of a token without quotes and escapes. */
export const plainOf = (text: string): string =>
  text.startsWith('"') ? text.replace(/^"|(?<=[^\\]|\\\\)"$/g, '').replace(/\\(["\\])/g, '$1') : text
