/**
 * Text that others wrote, shown as text: React escapes what could be HTML, `visible` shows what could act (control and
 * bidirectional characters, ANSI sequences), and direction is isolated. What is marked is told apart without being changed.
 */
import { visible } from '@logboom/sdk/record'
import { memo } from 'react'

/** Places of a word in a text, in any case; at most a hundred. */
const placesOf = (text: string, mark: string): number[] => {
  const places: number[] = []
  const [inText, wanted] = [text.toLowerCase(), mark.toLowerCase()]
  // Folding that changes lengths would mark the wrong letters.
  if (wanted === '' || inText.length !== text.length) return places
  for (
    let at = inText.indexOf(wanted);
    at !== -1 && places.length < 100;
    at = inText.indexOf(wanted, at + wanted.length)
  )
    places.push(at)
  return places
}

const marked = (text: string, mark: string) => {
  const places = placesOf(text, mark)
  if (places.length === 0) return text
  const parts = []
  let from = 0
  for (const at of places) {
    parts.push(
      text.slice(from, at),
      <mark key={at} className="rounded-xs bg-hit text-inherit">
        {text.slice(at, at + mark.length)}
      </mark>,
    )
    from = at + mark.length
  }
  return [...parts, text.slice(from)]
}

/** One line of it: line ends are shown as `␊`. */
export const LogText = memo(({ text, mark = '' }: { text: string; mark?: string }) => (
  <bdi>{marked(visible(text), mark)}</bdi>
))

/** All lines of it. */
export const LogLines = memo(({ text, mark = '' }: { text: string; mark?: string }) => (
  <bdi className="whitespace-pre-wrap break-words">
    {text.split(/\r?\n/).map((line, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: lines of one text never change places
      <span key={index}>
        {index > 0 && '\n'}
        {marked(visible(line), mark)}
      </span>
    ))}
  </bdi>
))
