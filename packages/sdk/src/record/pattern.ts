/** What similar messages have in common: what varies from one to the next (numbers, ids, quoted texts, paths) is masked. */

/** Beginnings of messages are compared, of the first line. */
const MAX_TEXT = 400

const QUOTED = /"[^"\n]{0,200}"|'[^'\n]{0,200}'/g
const WORD = /[\w.:/+%-]+/g
const SEVERAL = /<\*>(?:[ ,]+<\*>)+/g

/** Any word with a digit varies: a number, an id, a time, an address, a hash. */
const maskWord = (word: string): string => (/\d/.test(word) ? '<*>' : word)

/**
 * The pattern of a message: at most its first 400 characters, of its first line.
 * @example maskMessage('retry 3 of 5 for "x"') // 'retry <*> of <*> for <*>'
 */
export const maskMessage = (message: string): string => {
  const line = message.slice(0, MAX_TEXT).split('\n', 1)[0] ?? ''
  return line
    .replace(QUOTED, '<*>')
    .replace(WORD, maskWord)
    .replace(SEVERAL, '<*>')
    .replace(/\s+/g, ' ')
    .trim()
}
