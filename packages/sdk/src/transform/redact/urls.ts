/**
 * Passwords in URLs: `scheme://user:password@host`.
 *
 * The part before `@` is masked from the first colon on. A database's URL may hold a raw `/`, `?` or `#` in its
 * password, so there the last `@` of the word counts; elsewhere the authority ends at the first of these. A text that
 * ends inside an authority was cut there: what follows the colon is masked unless it is a port.
 */
import { isLetter, isQuote, isSpace } from './chars.ts'
import { maskEnd, type Range } from './ranges.ts'

const DATABASES =
  /(?:postgres|mysql|mariadb|mongo|redis|rediss|valkey|amqp|mssql|sqlserver|clickhouse|nats|kafka|ldap)/i
const MAX_SCHEME = 32
const MAX_DATABASE = 1024
const USER_TOKEN = 20

const COLON = 58
const SLASH = 47
const AT = 64
const BACKSLASH = 92

const endsWord = (code: number): boolean =>
  isSpace(code) || isQuote(code) || code === 60 || code === 62 || code === 123 || code === 125

/** Ranges of every password in the text's URLs. `://` and its JSON form `:\/\/` both count. */
export const urlPasswords = (text: string): Range[] => {
  const ranges: Range[] = []
  for (let at = text.indexOf(':'); at !== -1; at = text.indexOf(':', at + 1)) {
    const start = authorityStart(text, at)
    if (start === undefined) continue
    const range = passwordAt(text, schemeBefore(text, at), start)
    if (range !== undefined) ranges.push(range)
  }
  return ranges
}

const authorityStart = (text: string, colon: number): number | undefined => {
  if (text.charCodeAt(colon + 1) === SLASH && text.charCodeAt(colon + 2) === SLASH) return colon + 3
  return text.startsWith('\\/\\/', colon + 1) ? colon + 5 : undefined
}

const schemeBefore = (text: string, colon: number): string => {
  let start = colon
  const least = Math.max(0, colon - MAX_SCHEME)
  while (start > least && (isLetter(text.charCodeAt(start - 1)) || text.charAt(start - 1) === '+')) start--
  return text.slice(start, colon)
}

const passwordAt = (text: string, scheme: string, start: number): Range | undefined => {
  let colon = -1
  let lastAt = -1
  let i = start
  for (; i < text.length; i++) {
    // The colon in a mask is nobody's.
    i = maskEnd(text, i)
    const code = text.charCodeAt(i)
    if (code === SLASH || code === BACKSLASH || code === 63 || code === 35 || endsWord(code)) break
    if (code === COLON && colon === -1) colon = i
    if (code === AT) lastAt = i
  }
  if (lastAt === -1 && colon !== -1 && DATABASES.test(scheme)) lastAt = laterAt(text, i)
  if (lastAt === -1) {
    const cut = i === text.length && colon !== -1 && !/^[0-9.,:]*…?$/.test(text.slice(colon + 1, colon + 512))
    return cut ? found(text, colon + 1, text.length) : undefined
  }
  if (colon !== -1 && colon < lastAt) return found(text, colon + 1, lastAt)
  // A token alone, as in `https://TOKEN@host`; a short name is a user.
  return lastAt - start >= USER_TOKEN ? found(text, start, lastAt) : undefined
}

const laterAt = (text: string, from: number): number => {
  let last = -1
  const most = Math.min(text.length, from + MAX_DATABASE)
  for (let i = from; i < most; i++) {
    const code = text.charCodeAt(i)
    if (endsWord(code) || (code === COLON && text.startsWith('//', i + 1))) break
    if (code === AT) last = i
  }
  return last
}

const found = (text: string, start: number, end: number): Range | undefined =>
  end <= start || maskEnd(text, start) === end ? undefined : { start, end, rule: 'url-password' }
