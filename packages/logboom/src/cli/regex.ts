/** The regular expressions of queries: RE2's language on a linear-time engine, so that no query can hang the reader. */
import type { RegexEngine } from '@logboom/sdk/query'
import { RE2JS } from 're2js'

/** Compiles one expression; throws the engine's own error if RE2 does not know it. */
export const re2: RegexEngine = (source, { ignoreCase }) => {
  const pattern = RE2JS.compile(source, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0)
  return (text) => pattern.test(text)
}
