/** What screen readers are told of a stream that nobody could listen to row by row: how much came, at most every five seconds. */
import { useEffect, useRef, useState } from 'react'
import { formatCount } from '../parts/format.ts'
import { TAG, useLanguage, useText } from '../text/index.tsx'
import type { FeedState } from './feed.ts'

const EVERY_MS = 5000

export const Announcer = ({ state: { hold, fresh, freshErrors } }: { state: FeedState }) => {
  const t = useText().stream
  const tag = TAG[useLanguage()]
  const [said, setSaid] = useState('')
  const latest = useRef('')
  latest.current =
    hold === undefined
      ? t.live
      : `${hold === 'paused' ? t.barPaused : t.barReading}. ${t.said(formatCount(fresh, tag), formatCount(freshErrors, tag))}`
  useEffect(() => {
    const timer = setInterval(() => setSaid(latest.current), EVERY_MS)
    return () => clearInterval(timer)
  }, [])
  return (
    <p role="status" className="sr-only">
      {said}
    </p>
  )
}
