/** The time, as coarse as rows need it. */
import { useEffect, useState } from 'react'

const STEP_MS = 5000

/** The time when it last moved on; only of a page that somebody looks at. */
export const useNow = (stepMs = STEP_MS): number => {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) setNow(Date.now())
    }, stepMs)
    return () => clearInterval(timer)
  }, [stepMs])
  return now
}
