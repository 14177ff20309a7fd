/** "Did you mean": the known word nearest to one that is unknown. */

/** Edits (insert, delete, replace, swap of neighbours) that turn one word into the other. */
const distance = (from: string, to: string): number => {
  let before: number[] = []
  let above = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1]
      let best = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + (same ? 0 : 1))
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) {
        best = Math.min(best, (before[j - 2] ?? 0) + 1)
      }
      row.push(best)
    }
    before = above
    above = row
  }
  return above[to.length] ?? 0
}

/**
 * The nearest of the known words, if one is near enough to be meant.
 * @example nearest('sinse', ['since', 'until']) // 'since'
 */
export const nearest = (word: string, known: readonly string[]): string | undefined => {
  let best: string | undefined
  let least = Math.max(1, Math.floor(word.length * 0.4)) + 1
  for (const candidate of known) {
    const edits = distance(word.toLowerCase(), candidate)
    if (edits < least) {
      least = edits
      best = candidate
    }
  }
  return best
}
