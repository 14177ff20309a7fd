/**
 * A pattern as a term of the query language. What is fixed in it becomes one word with wildcards, `retry*of*attempts`: the parts in
 * their order, with anything between them. It finds every message of the pattern, and may find more: messages that have
 * other words in between.
 */

/** What a bare word cannot hold, and what varies: anything may stand there. */
const GAP = /(?:<\*>|[\s"()*\p{Z}\p{Cs}])+/gu
/** A mark at the start of a part may be one letter with what came before it. */
const ORPHANED = /\*\p{M}+/gu
/** A word that begins so would be an operator, a field, an attribute or an expression. */
const NEEDS_STAR = /^(?:[^\p{L}\p{N}*]|[^*]*:|(?:AND|OR|NOT|TO)$)/u

/**
 * The term for a pattern; nothing where nothing in it is fixed.
 * @example patternQuery('retry <*> of <*> attempts') // 'retry*of*attempts'
 */
export const patternQuery = (pattern: string): string | undefined => {
  const word = pattern
    .replace(GAP, '*')
    .replace(ORPHANED, '*')
    .replace(/^\p{M}+/u, '')
    .replace(/\*{2,}/g, '*')
    .replace(/^\*|\*$/g, '')
  if (!/[\p{L}\p{N}]/u.test(word)) return undefined
  return NEEDS_STAR.test(word) ? `*${word}` : word
}
