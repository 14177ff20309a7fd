/** The time that is looked at: the last minutes, hours or days, or from one time to another. */
import { Popover } from '@base-ui/react/popover'
import { ChevronDown, Clock, X, ZoomOut } from 'lucide-react'
import { useState } from 'react'
import { go, type Place, usePlace } from '../location/index.ts'
import { Button } from '../parts/button.tsx'
import { useSettings } from '../settings/index.ts'
import { type Messages, useText } from '../text/index.tsx'
import { CustomRange } from './custom-range.tsx'
import { LASTS, shownOf, type Zone, zoomedOut } from './range.ts'

/** What is chosen, in words. */
const labelOf = ({ since, until }: Place, zone: Zone, t: Messages['ask']): string => {
  const now = Date.now()
  const last = LASTS.find((one) => one === since)
  if (since === undefined && until === undefined) return t.allTime
  if (last !== undefined && until === undefined) return t.lasts[last]
  if (since !== undefined && until !== undefined)
    return `${shownOf(since, zone, now)} – ${shownOf(until, zone, now)}`
  return since === undefined ? t.until(shownOf(until ?? '', zone, now)) : t.since(shownOf(since, zone, now))
}

export const TimeRange = () => {
  const place = usePlace()
  const { since, until } = place
  const t = useText().ask
  const zone: Zone = useSettings().time === 'utc' ? 'utc' : 'local'
  const [open, setOpen] = useState(false)
  const label = labelOf(place, zone, t)
  const show = (range: Pick<Place, 'since' | 'until'>): void => {
    go({ since: range.since, until: range.until, around: undefined })
    setOpen(false)
  }
  const zoomOut = (): void => {
    const wider = since === undefined ? undefined : zoomedOut({ since, until }, Date.now())
    if (wider !== undefined) go({ ...wider, around: undefined })
  }
  const isLast = until === undefined && LASTS.some((one) => one === since)
  return (
    <div className="flex shrink-0 items-center">
      <Popover.Root open={open} onOpenChange={setOpen}>
        <Popover.Trigger
          render={
            <Button aria-label={`${t.time}: ${label}`}>
              <Clock size={14} aria-hidden="true" className="text-dim" />
              <span className="max-w-80 truncate tabular-nums">{label}</span>
              <ChevronDown size={13} aria-hidden="true" className="text-dim" />
            </Button>
          }
        />
        <Popover.Portal>
          <Popover.Positioner sideOffset={4} align="end" className="z-50">
            <Popover.Popup
              aria-label={t.time}
              className="w-80 rounded-md border border-line bg-panel p-2 shadow-lg outline-none"
            >
              <div className="grid grid-cols-2 gap-1">
                <Preset chosen={since === undefined && until === undefined} onClick={() => show({})}>
                  {t.allTime}
                </Preset>
                {LASTS.map((last) => (
                  <Preset
                    key={last}
                    chosen={since === last && until === undefined}
                    onClick={() => show({ since: last })}
                  >
                    {t.lasts[last]}
                  </Preset>
                ))}
              </div>
              <CustomRange since={since} until={until} zone={zone} show={show} />
            </Popover.Popup>
          </Popover.Positioner>
        </Popover.Portal>
      </Popover.Root>
      {since !== undefined && !isLast && (
        <Button plain aria-label={t.zoomOut} title={t.zoomOut} className="ml-1 text-dim" onClick={zoomOut}>
          <ZoomOut size={14} aria-hidden="true" />
        </Button>
      )}
      {(since !== undefined || until !== undefined) && (
        <Button plain aria-label={t.anyTime} title={t.anyTime} className="text-dim" onClick={() => show({})}>
          <X size={14} aria-hidden="true" />
        </Button>
      )}
    </div>
  )
}

const Preset = ({
  chosen,
  onClick,
  children,
}: {
  chosen: boolean
  onClick: () => void
  children: string
}) => (
  <Button plain pressed={chosen} className="justify-start" onClick={onClick}>
    {children}
  </Button>
)
