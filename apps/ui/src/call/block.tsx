/** A text of any length in its frame: long ones are folded. */
import { useState } from 'react'
import { Button } from '../parts/button.tsx'
import { formatCount } from '../parts/format.ts'
import { Masked } from '../parts/masked.tsx'
import { TAG, useLanguage, useText } from '../text/index.tsx'

const MAX_LINES = 10
const MAX_UNITS = 1500

/** What is shown of a text while it is folded. */
const folded = (text: string): string => text.split('\n').slice(0, MAX_LINES).join('\n').slice(0, MAX_UNITS)

export const Block = ({
  text,
  redacted,
  framed = false,
  color,
}: {
  text: string
  redacted: boolean
  framed?: boolean
  color?: string | undefined
}) => {
  const t = useText().call
  const tag = TAG[useLanguage()]
  const [open, setOpen] = useState(false)
  const head = folded(text)
  const lines = text.split('\n').length - head.split('\n').length
  const isLong = head.length < text.length
  const rest = lines > 0 ? t.moreLines(lines) : t.moreText(formatCount(text.length - head.length, tag))
  return (
    <>
      <div
        className={`mono break-words [overflow-wrap:anywhere] ${framed ? 'mt-0.5 rounded-md border border-line bg-bg px-2 py-1' : ''}`}
        style={color === undefined ? {} : { color: `var(${color})` }}
      >
        <Masked text={open ? text : head} redacted={redacted} />
      </div>
      {isLong && (
        <Button plain aria-expanded={open} className="text-accent" onClick={() => setOpen(!open)}>
          {open ? t.less : rest}
        </Button>
      )}
    </>
  )
}

/** Any JSON, as people read it. */
export const JsonBlock = ({ value, redacted }: { value: unknown; redacted: boolean }) => (
  <Block text={JSON.stringify(value, null, 2) ?? 'null'} redacted={redacted} framed />
)
