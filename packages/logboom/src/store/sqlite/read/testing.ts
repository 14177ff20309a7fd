/** What the tests of the store's reading side share. */
import type { RegexEngine } from '@logboom/sdk/query'
import { RE2JS } from 're2js'

/** Regular expressions as the commands compile them. */
export const regex: RegexEngine = (source, { ignoreCase }) => {
  const pattern = RE2JS.compile(source, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0)
  return (text) => pattern.test(text)
}
