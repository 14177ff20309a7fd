/**
 * Text that others wrote, shown as text: React escapes what could be HTML, `visible` shows what could act (control and
 * bidirectional characters, ANSI sequences), and direction is isolated. What is marked is told apart without being changed.
 */
import { visible } from '@logboom/sdk/record'
import { Fragment, memo, type ReactNode } from 'react'
import { useText } from '../text/index.tsx'

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

/** What redaction leaves of a value: `[redacted:RULE]`. */
const MASK = /\[redacted:([a-z0-9-]{1,40})\]/

const Mask = ({ rule }: { rule: string }) => (
  <span className="rounded-xs bg-row px-1 text-warning">
    <span aria-hidden="true">●●● </span>
    {useText().parts.masked(rule)}
  </span>
)

/** What is marked, between masked values drawn as such. */
const shown = (text: string, mark: string, masks: boolean): ReactNode => {
  if (!masks || !text.includes('[redacted:')) return marked(text, mark)
  return text.split(MASK).map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text never change places
    <Fragment key={index}>{index % 2 === 1 ? <Mask rule={part} /> : marked(part, mark)}</Fragment>
  ))
}

const marked = (text: string, mark: string): ReactNode => {
  const places = placesOf(text, mark)
  if (places.length === 0) return text
  const parts: ReactNode[] = []
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

interface LogTextProps {
  text: string
  /** A word to highlight. */
  mark?: string
  /** Whether its record says that something was masked: only there is a mask what redaction wrote, and no text of the server. */
  masks?: boolean
}

/** One line of it: line ends are shown as `␊`. */
export const LogText = memo(({ text, mark = '', masks = false }: LogTextProps) => (
  <bdi>{shown(visible(text), mark, masks)}</bdi>
))

/** All lines of it. */
export const LogLines = memo(({ text, mark = '', masks = false }: LogTextProps) => (
  <bdi className="whitespace-pre-wrap break-words">
    {shown(text.split(/\r?\n/).map(visible).join('\n'), mark, masks)}
  </bdi>
))
