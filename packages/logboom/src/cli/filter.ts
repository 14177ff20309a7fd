/** The query of a command: what the user wrote, and the sugar options, as one tree. */
import { LogboomError, nearest } from '@logboom/sdk/errors'
import { compile, type Expr, parseQuery, type RegexEngine, type Test } from '@logboom/sdk/query'
import { LEVELS, levelFromName } from '@logboom/sdk/record'

export interface FilterOptions {
  /** Any of these servers; `*` is a wildcard. */
  server?: readonly string[]
  /** Any of these tools; `*` is a wildcard. */
  tool?: readonly string[]
  /** This level or worse. */
  level?: string
}

// The sugar has no place in the text: its nodes point at its beginning.
const NOWHERE = { start: 0, end: 0 }

const anyOf = (name: string, values: readonly string[]): Expr => {
  const of = values.map((text): Expr => {
    const test: Test = text.includes('*') ? { kind: 'wildcard', pattern: text } : { kind: 'equals', text }
    return { kind: 'field', field: { kind: 'known', name }, test, span: NOWHERE }
  })
  return of.length === 1 && of[0] !== undefined ? of[0] : { kind: 'or', of, span: NOWHERE }
}

const atLeast = (text: string): Expr => {
  const level = levelFromName(text)
  if (level === undefined) {
    const meant = nearest(text, LEVELS)
    throw new LogboomError('LB_USAGE', `--level does not know '${text}'`, {
      hint: meant === undefined ? `The levels are ${LEVELS.join(', ')}.` : `Did you mean '${meant}'?`,
    })
  }
  return {
    kind: 'field',
    field: { kind: 'known', name: 'level' },
    test: { kind: 'compare', op: '>=', text: level },
    span: NOWHERE,
  }
}

/**
 * The tree of a query text with the sugar options added by AND; absent if there is nothing to filter by.
 * @param now Unix epoch milliseconds, for relative times in the query
 * @throws LogboomError LB_QUERY_SYNTAX with a column in `text`; LB_USAGE for an unknown level
 */
export const buildFilter = (
  text: string,
  options: FilterOptions,
  now: number,
  engine: RegexEngine,
): Expr | undefined => {
  const parts: Expr[] = []
  if (text.trim() !== '') {
    const query = parseQuery(text, { now })
    // The store has no text to point into, so what only compiling finds is found here.
    compile(query, { regex: engine, input: text })
    parts.push(query)
  }
  if (options.server !== undefined && options.server.length > 0) parts.push(anyOf('server', options.server))
  if (options.tool !== undefined && options.tool.length > 0) parts.push(anyOf('tool', options.tool))
  if (options.level !== undefined) parts.push(atLeast(options.level))
  if (parts.length <= 1) return parts[0]
  return { kind: 'and', of: parts, span: { start: 0, end: text.length } }
}
