/** How long ago something was, as time goes by. */
import { useEffect, useState } from 'react'
import { formatAgo } from '../parts/format.ts'
import { useText } from '../text/index.tsx'

export const Ago = ({ time }: { time: number }) => {
  const t = useText().record
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return <span className="text-dim tabular-nums">{t.ago(formatAgo(now - time).slice(1))}</span>
}
