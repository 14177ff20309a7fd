/** The query's tree: what the parser makes, what evaluation walks, and what a store compiles to its own language. */

/** A place in the query text: UTF-16 offsets, end exclusive. */
export interface Span {
  start: number
  end: number
}

/** What a query can ask of one field. `wildcard` patterns hold `*`. Text is as written; folding is evaluation's. */
export type Test =
  | { kind: 'equals'; text: string }
  | { kind: 'wildcard'; pattern: string }
  | { kind: 'compare'; op: '>' | '>=' | '<' | '<='; text: string }
  | { kind: 'range'; from: string | undefined; to: string | undefined }
  | { kind: 'regex'; source: string; ignoreCase: boolean }
  | { kind: 'exists' }

/** A field of the record, or a path into its attributes. */
export type Field = { kind: 'known'; name: string } | { kind: 'attribute'; path: readonly string[] }

export type Expr =
  | { kind: 'and'; of: readonly Expr[]; span: Span }
  | { kind: 'or'; of: readonly Expr[]; span: Span }
  | { kind: 'not'; of: Expr; span: Span }
  | { kind: 'all'; span: Span }
  /** Substring of `message`, case-folded; `*` in a bare word is a wildcard. */
  | { kind: 'text'; text: string; wildcard: boolean; span: Span }
  /** Regular expression on `message`. */
  | { kind: 'regex'; source: string; ignoreCase: boolean; span: Span }
  | { kind: 'field'; field: Field; test: Test; span: Span }

/** A compiled regular expression, on a linear-time engine that is passed in. */
export type RegexEngine = (source: string, flags: { ignoreCase: boolean }) => (text: string) => boolean
