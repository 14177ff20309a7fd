/**
 * The query's characters. What a character means depends on where it stands (a colon ends a field's name but stays in
 * a value), so the parser asks for what may come next instead of taking ready-made tokens.
 */
import { LogboomError } from '../errors/index.ts'

export interface Lexer {
  readonly text: string
  /** UTF-16 offset of the next character. */
  at: number
}

/** The error of every bad query: what to write, and where. Columns are UTF-16 offsets plus one. */
export const syntaxError = (
  text: string | undefined,
  offset: number,
  message: string,
  cause?: unknown,
): LogboomError =>
  new LogboomError('LB_QUERY_SYNTAX', message, {
    column: offset + 1,
    ...(text === undefined ? {} : { input: text }),
    ...(cause === undefined ? {} : { cause }),
  })

const SPACE = /\s/
const isSpace = (char: string | undefined): boolean => char !== undefined && SPACE.test(char)

/** True where a term may end: at white space, `)`, or the end. */
const endsTerm = (text: string, at: number): boolean =>
  at >= text.length || text[at] === ')' || isSpace(text[at])

export const skipSpace = (lexer: Lexer): void => {
  while (isSpace(lexer.text[lexer.at])) lexer.at++
}

/** Takes one character if it is next. */
export const take = (lexer: Lexer, char: string): boolean => {
  if (lexer.text[lexer.at] !== char) return false
  lexer.at++
  return true
}

export type Keyword = 'AND' | 'OR' | 'NOT' | 'TO'

/** True when the word stands next, by itself: `OR`, not `ORDER` and not `OR:x`. */
export const isKeyword = (lexer: Lexer, word: Keyword): boolean => {
  if (!lexer.text.startsWith(word, lexer.at)) return false
  const after = lexer.at + word.length
  return endsTerm(lexer.text, after) || lexer.text[after] === '(' || lexer.text[after] === '"'
}

/** Takes a keyword if it is next. */
export const takeKeyword = (lexer: Lexer, word: Keyword): boolean => {
  if (!isKeyword(lexer, word)) return false
  lexer.at += word.length
  return true
}

/**
 * Takes `-` or `!` where it means "not". A dash before another dash or white space is text (`--verbose`, `a - b`), and in
 * a field's list of values a dash before a digit is a minus.
 */
export const takeNegation = (lexer: Lexer, inField: boolean): boolean => {
  const char = lexer.text[lexer.at]
  if ((char !== '-' && char !== '!') || endsTerm(lexer.text, lexer.at + 1)) return false
  const next = lexer.text[lexer.at + 1] ?? ''
  if (char === '-' && (next === '-' || (inField && /[\d.]/.test(next)))) return false
  lexer.at++
  return true
}

/** Takes a quoted text; `\"` and `\\` are the only escapes, any other backslash is itself. */
export const takeQuoted = (lexer: Lexer): string => {
  const open = lexer.at
  let value = ''
  for (let at = open + 1; at < lexer.text.length; at++) {
    const char = lexer.text[at]
    if (char === '"') {
      lexer.at = at + 1
      return value
    }
    const next = lexer.text[at + 1]
    if (char === '\\' && (next === '"' || next === '\\')) {
      value += next
      at++
    } else value += char
  }
  throw syntaxError(lexer.text, open, 'Missing closing quote')
}

/** After a quoted text or a list: what follows must stand apart from it. */
export const expectEnd = (lexer: Lexer): void => {
  if (endsTerm(lexer.text, lexer.at)) return
  throw syntaxError(lexer.text, lexer.at, 'Expected a space here')
}

/**
 * Takes a word, up to white space, `)` or `stop`. A parenthesis or a quote inside a word is an error: read as syntax it
 * would quietly ask for something else.
 */
export const takeWord = (lexer: Lexer, stop?: string): string => {
  const start = lexer.at
  while (!endsTerm(lexer.text, lexer.at) && lexer.text[lexer.at] !== stop) {
    const char = lexer.text[lexer.at]
    if (char === '"')
      throw syntaxError(lexer.text, lexer.at, 'Put the whole text in quotes, and \\" for a quote in it')
    if (char === '(') throw syntaxError(lexer.text, lexer.at, 'Put a text with parentheses in quotes')
    lexer.at++
  }
  return lexer.text.slice(start, lexer.at)
}

export interface Regex {
  source: string
  ignoreCase: boolean
}

/**
 * Takes `/re/` or `/re/i`. The first slash that is neither escaped nor in a class must end the term, or else this is no
 * regular expression but a path: `/etc/passwd`.
 */
export const takeRegex = (lexer: Lexer): Regex | undefined => {
  const { text } = lexer
  let inClass = false
  let end = lexer.at + 1
  for (; end < text.length; end++) {
    const char = text[end]
    if (char === '\\') end++
    else if (char === '[') inClass = true
    else if (char === ']') inClass = false
    else if (char === '/' && !inClass) break
  }
  if (end >= text.length || end === lexer.at + 1) return undefined
  const flags = /^[gimsuy]{0,2}/.exec(text.slice(end + 1, end + 3))?.[0] ?? ''
  const after = end + 1 + flags.length
  if (!endsTerm(text, after)) return undefined
  if (flags !== '' && flags !== 'i') {
    throw syntaxError(text, end + 1, 'i is the only flag; put a path in quotes')
  }
  const source = text.slice(lexer.at + 1, end)
  lexer.at = after
  return { source, ignoreCase: flags === 'i' }
}

/** Offset of a regular expression's first slash, from where its term ends. */
export const regexStart = (end: number, { source, ignoreCase }: Regex): number =>
  end - source.length - (ignoreCase ? 3 : 2)

// A name as programs have them, dots between its parts. Not a time (`12:30`), not a URL, not a Windows drive.
const NAME = /^[\p{L}_$][\p{L}\p{M}\p{N}_$./-]*$/u

/** Takes `name:` and gives the name; nothing when no field's name stands here. */
export const takeFieldName = (lexer: Lexer): string | undefined => {
  const { text, at } = lexer
  let end = at
  while (!endsTerm(text, end) && !'":('.includes(text[end] ?? '')) end++
  if (text[end] !== ':') return undefined
  const name = text.slice(at, end)
  if (!NAME.test(name) || text.startsWith('//', end + 1)) return undefined
  if (name.length === 1 && /[\\/]/.test(text[end + 1] ?? '')) return undefined
  lexer.at = end + 1
  return name
}

/**
 * Takes `@path.to:` and gives the path's parts; a part in quotes may hold anything. Nothing when no colon follows and no
 * quote was used: `@team` is a text.
 */
export const takeAttributePath = (lexer: Lexer): string[] | undefined => {
  const start = lexer.at
  const path: string[] = []
  let quoted = false
  let empty = false
  do {
    lexer.at++
    const partAt = lexer.at
    if (lexer.text[partAt] === '"') {
      quoted = true
      path.push(takeQuoted(lexer))
      continue
    }
    while (!endsTerm(lexer.text, lexer.at) && !'.:"('.includes(lexer.text[lexer.at] ?? '')) lexer.at++
    empty ||= lexer.at === partAt
    path.push(lexer.text.slice(partAt, lexer.at))
  } while (lexer.text[lexer.at] === '.')
  if (take(lexer, ':')) {
    // An empty quoted key is a key; an empty bare part is a slip.
    if (empty) throw syntaxError(lexer.text, start, 'An attribute is written @name or @path.to.it')
    return path
  }
  if (quoted) throw syntaxError(lexer.text, lexer.at, 'Expected : after the attribute')
  lexer.at = start
  return undefined
}
