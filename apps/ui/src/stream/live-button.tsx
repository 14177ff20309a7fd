/** In the header: whether the stream is live, and the switch for it. */
import { Pause, Play } from 'lucide-react'
import { usePlace } from '../location/index.ts'
import { Button } from '../parts/button.tsx'
import { formatCount } from '../parts/format.ts'
import { useStore } from '../store.ts'
import { TAG, useLanguage, useText } from '../text/index.tsx'
import { feed } from './feed.ts'
import { useNow } from './now.ts'

export const LiveButton = () => {
  const { link, hold, fresh } = useStore(feed)
  const t = useText().stream
  const tag = TAG[useLanguage()]
  const { view } = usePlace()
  const now = useNow()
  if (view !== 'stream') return null
  const width = 'min-w-28 justify-center'
  if (link === undefined || link.state === 'failed')
    return (
      <span
        className={`inline-flex ${width} text-dim`}
        title={link === undefined ? t.stillTitle : link.error.message}
      >
        {link === undefined ? t.still : t.failed}
      </span>
    )
  if (link.state === 'reconnecting')
    return (
      <Button
        className={`${width} border-warning text-warning`}
        title={t.reconnectingTitle(formatCount(Math.max(0, Math.round((now - link.since) / 1000)), tag))}
        onClick={feed.goOn}
      >
        {t.reconnecting}
      </Button>
    )
  if (hold !== undefined)
    return (
      <Button className={`${width} border-warning text-warning`} title={t.pausedTitle} onClick={feed.goOn}>
        <Play size={13} aria-hidden="true" />
        {fresh > 0 ? t.pausedNew(formatCount(fresh, tag)) : t.paused}
      </Button>
    )
  return (
    <Button
      className={`${width} border-notice text-notice`}
      title={t.liveTitle}
      onClick={() => feed.hold('paused')}
    >
      <Pause size={13} aria-hidden="true" />
      {link.state === 'connecting' ? t.connecting : t.live}
    </Button>
  )
}
