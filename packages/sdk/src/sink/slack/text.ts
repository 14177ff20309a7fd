/** Text of logs for Slack: shown as it is, never read as markup, a mention, an emoji or a link. */
import { sliceUnits, visible } from '../../record/index.ts'

export interface PlainText {
  type: 'plain_text'
  text: string
  emoji: false
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
const MARK = '…'

/** Slack's three control characters as entities, and at most `max` characters: no entity and no character is cut in two. */
const fit = (text: string, max: number): string => {
  let out = ''
  let room = 0
  for (const char of text) {
    const next = ESCAPES[char] ?? char
    if (out.length + next.length > max) return `${out.slice(0, room)}${MARK}`
    out += next
    if (out.length <= max - MARK.length) room = out.length
  }
  return out
}

/** Lines stay lines; whatever else would act is shown. */
const shown = (text: string): string =>
  text
    .split(/\r?\n/)
    .map((line) => visible(line))
    .join('\n')
    .trim()

/** At most `max` characters. */
export const escaped = (text: string, max: number): string => fit(shown(sliceUnits(text, max * 2)), max)

/** At most `max` characters; undefined for nothing, which Slack takes nowhere. */
export const plain = (text: string, max: number): PlainText | undefined => {
  const short = escaped(text, max)
  return short === '' ? undefined : { type: 'plain_text', text: short, emoji: false }
}
