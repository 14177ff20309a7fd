/** A command line as people type it, in words and back. */

/**
 * Words of a command line. Single quotes keep everything; in double quotes `\"` is a quote and `\\` a backslash. Elsewhere a
 * backslash is itself: paths of Windows have them.
 * @example wordsOf('npx -y "my server" /tmp') // ['npx', '-y', 'my server', '/tmp']
 */
export const wordsOf = (line: string): string[] => {
  const words: string[] = []
  let word: string | undefined
  let quote = ''
  for (let i = 0; i < line.length; i++) {
    const char = line.charAt(i)
    const next = line.charAt(i + 1)
    if (quote === '"' && char === '\\' && (next === '"' || next === '\\')) {
      word += next
      i++
    } else if (quote !== '') {
      if (char === quote) quote = ''
      else word += char
    } else if (char === '"' || char === "'") {
      quote = char
      word ??= ''
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else word = (word ?? '') + char
  }
  if (word !== undefined) words.push(word)
  return words
}

export type Shell = 'posix' | 'windows'

/** A word that a shell hands on as it is. */
const plain = { posix: /^[\w@%+=:,./-]+$/, windows: /^[\w@+=:,./\\-]+$/ }

const quoted = (word: string, shell: Shell): string => {
  if (plain[shell].test(word)) return word
  if (shell === 'posix') return `'${word.replaceAll("'", `'\\''`)}'`
  // Before a quote, and so at the end too, backslashes count double.
  return `"${word.replace(/(\\*)("|$)/g, (_, slashes: string, end: string) => slashes + slashes + (end === '' ? '' : '\\"'))}"`
}

/** A line that a shell takes apart into these words again. */
export const lineOf = (words: readonly string[], shell: Shell): string =>
  words.map((word) => quoted(word, shell)).join(' ')
