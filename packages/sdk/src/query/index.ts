/**
 * The query language: text to tree (`parseQuery`), tree to function (`compile`), and the table of fields. Pure; runs in
 * the browser too. `docs/query.md` is its manual.
 */
export { someAt } from './attributes.ts'
export { type CompileOptions, compile, lastFolded, type Matcher } from './evaluate.ts'
export {
  BAD_OUTCOMES,
  FIELDS,
  type FieldInfo,
  type FieldType,
  type FieldValue,
  knownField,
} from './fields.ts'
export { fold } from './fold.ts'
export { MAX_QUERY_DEPTH, MAX_QUERY_LENGTH, type ParseOptions, parseQuery } from './parser.ts'
export type { Expr, Field, RegexEngine, Span, Test } from './types.ts'
export {
  type Dimension,
  type Interval,
  parseQuantity,
  parseTime,
  type Quantity,
  resolveNow,
} from './units.ts'
