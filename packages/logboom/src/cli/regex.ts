/** The regular expressions of queries: RE2's language on a linear-time engine, so that no query can hang the reader. */
import type { RegexEngine } from '@logboom/sdk/query'
import { RE2JS, RE2JSSyntaxException } from 're2js'

/** The engine's error without what the caller says already. */
const reason = (error: unknown): string => {
  if (!(error instanceof RE2JSSyntaxException)) return error instanceof Error ? error.message : String(error)
  const part = error.getPattern()
  return part === null ? error.getDescription() : `${error.getDescription()}: ${part}`
}

/** Compiles one expression; throws an Error that says which part RE2 does not know. */
export const re2: RegexEngine = (source, { ignoreCase }) => {
  try {
    const pattern = RE2JS.compile(source, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0)
    return (text) => pattern.test(text)
  } catch (error) {
    throw new Error(reason(error), { cause: error })
  }
}
