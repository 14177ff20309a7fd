/** How much of a long text is shown at first. */

export interface Limits {
  chars: number
  lines: number
}

/**
 * The beginning of a text, at most so many lines and characters; the text itself when it is not longer. What would be left out
 * must be worth a click.
 */
export const beginningOf = (text: string, { chars, lines }: Limits): string => {
  let end = text.length > chars * 1.5 ? chars : text.length
  let at = -1
  for (let line = 0; line < lines; line++) {
    at = text.indexOf('\n', at + 1)
    if (at === -1 || at >= end) return text.slice(0, wholeCharacter(text, end))
  }
  end = at
  return text.slice(0, end)
}

/** No half of a surrogate pair. */
const wholeCharacter = (text: string, end: number): number =>
  /[\ud800-\udbff]/.test(text.charAt(end - 1)) ? end - 1 : end
