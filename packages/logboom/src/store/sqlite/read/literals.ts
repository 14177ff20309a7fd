/**
 * Texts that every match of a regular expression must hold, as far as they are easily seen: what an index can be asked for.
 * Reading less than there is loses speed, reading more than there is loses records; so whatever is not plain ends a literal.
 */

/** Shorter ones narrow nothing. */
const MIN_LENGTH = 3

const PLAIN = /^[A-Za-z0-9 _\-:;,=@#%&!"'`~<>/]$/
/** Escapes that stand for the character itself. */
const ESCAPED = /^[.*+?()[\]{}|\\^$/\-"':;,=@#%&! ]$/

/**
 * Literals of an RE2 expression, folded, that the folded message of every match holds. The last character of each is left
 * out: a combining mark that follows in the message would change it when it is folded. Only ASCII is a literal here.
 * @example requiredLiterals('connection (refused|reset) by') // ['connection', ' b']
 */
export const requiredLiterals = (source: string): string[] => {
  // Flags change what characters mean: no need to follow them.
  if (/\(\?[^:P<]/.test(source)) return []
  const found: string[] = []
  let run = ''
  let depth = 0
  const end = (): void => {
    const safe = run.slice(0, -1)
    if (safe.length >= MIN_LENGTH) found.push(safe.toLowerCase())
    run = ''
  }
  for (let at = 0; at < source.length; at++) {
    const char = source[at] ?? ''
    if (char === '|' && depth === 0) return []
    if (char === '[') {
      const close = classEnd(source, at)
      if (close === -1) return []
      at = close
      end()
    } else if (char === '(') {
      depth++
      end()
    } else if (char === ')') {
      depth--
      end()
    } else if (char === '*' || char === '?' || char === '{') {
      // What stands before may be missing.
      run = run.slice(0, -1)
      end()
      if (char === '{') {
        const repeat = /^\{\d+(?:,\d*)?\}/.exec(source.slice(at, at + 12))?.[0]
        if (repeat === undefined) return []
        at += repeat.length - 1
      }
    } else if (char === '+') end()
    else if (char === '\\') {
      const next = source[at + 1] ?? ''
      // \Q quotes, and \p{…}, \x{…} or \012 take more than one character: not worth following.
      if (/[QEpPxk\d]/.test(next)) return []
      at++
      if (ESCAPED.test(next) && depth === 0) run += next
      else end()
    } else if (depth === 0 && PLAIN.test(char)) run += char
    else end()
  }
  end()
  return found
}

const classEnd = (source: string, start: number): number => {
  let at = start + 1
  if (source[at] === '^') at++
  if (source[at] === ']') at++
  for (; at < source.length; at++) {
    if (source[at] === '\\') at++
    else if (source[at] === '[' && source[at + 1] === ':') {
      const close = source.indexOf(':]', at)
      if (close === -1) return -1
      at = close + 1
    } else if (source[at] === ']') return at
  }
  return -1
}
