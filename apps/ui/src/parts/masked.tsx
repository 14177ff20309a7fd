/**
 * Log text with its masked values drawn as such: a mask is what redaction wrote in a value's place, so it is one only in records that
 * say something was masked.
 */
import { useText } from '../text/index.tsx'
import { LogLines } from './log-text.tsx'

const MASK = /\[redacted:([a-z0-9-]{1,40})\]/

export const Masked = ({ text, redacted }: { text: string; redacted: boolean }) => {
  const t = useText().parts
  if (!redacted) return <LogLines text={text} />
  // Splitting by an expression with one group: texts and rules in turn.
  return text.split(MASK).map((part, index) =>
    index % 2 === 0 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text never change places
      <LogLines key={index} text={part} />
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: as above
      <span key={index} className="rounded-xs bg-row px-1 text-warning">
        <span aria-hidden="true">●●● </span>
        {t.masked(part)}
      </span>
    ),
  )
}
