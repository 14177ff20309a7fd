/** Text of any length: its beginning, and all of it when asked for. */
import { byteLength } from '@logboom/sdk/record'
import { useState } from 'react'
import { formatBytes } from '../parts/format.ts'
import { LogLines } from '../parts/log-text.tsx'
import { useText } from '../text/index.tsx'
import { beginningOf, type Limits } from './fold.ts'

export const LongText = ({
  text,
  mark,
  masks,
  limits,
}: {
  text: string
  mark: string
  masks: boolean
  limits: Limits
}) => {
  const t = useText().record
  const [open, setOpen] = useState(false)
  const beginning = beginningOf(text, limits)
  const folded = beginning.length < text.length
  return (
    <>
      <LogLines text={open ? text : beginning} mark={mark} masks={masks} />
      {folded && (
        <button
          type="button"
          aria-expanded={open}
          className="ml-1 rounded px-1 font-sans text-accent hover:underline"
          onClick={() => setOpen(!open)}
        >
          {open ? t.showLess : `… ${t.showAll(formatBytes(byteLength(text)))}`}
        </button>
      )}
    </>
  )
}
