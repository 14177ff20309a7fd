/** How the stream looks: order, wrap, density, time, columns. The keys do the same. */
import {
  ArrowDownNarrowWide,
  ArrowUpNarrowWide,
  ChartNoAxesColumn,
  Clock,
  Rows3,
  WrapText,
} from 'lucide-react'
import { memo } from 'react'
import { go, usePlace } from '../location/index.ts'
import { Button } from '../parts/button.tsx'
import { Menu, MenuRadio } from '../parts/menu.tsx'
import { changeSettings, useSettings } from '../settings/index.ts'
import { useText } from '../text/index.tsx'
import { ColumnsMenu } from './columns-menu.tsx'

const SIZE = 14

const ToolbarNow = () => {
  const t = useText().stream
  const { order } = usePlace()
  const { wrap, density, time, histogram } = useSettings()
  const turn = (): void => go({ order: order === 'oldest' ? 'newest' : 'oldest' })
  return (
    <div role="toolbar" aria-label={t.tools} className="flex shrink-0 items-center gap-0.5 text-dim">
      <Button plain onClick={turn} title={order === 'oldest' ? t.oldestFirst : t.newestFirst}>
        {order === 'oldest' ? (
          <ArrowDownNarrowWide size={SIZE} aria-hidden="true" />
        ) : (
          <ArrowUpNarrowWide size={SIZE} aria-hidden="true" />
        )}
        {order === 'oldest' ? t.oldestFirst : t.newestFirst}
      </Button>
      <Button
        plain
        pressed={wrap}
        aria-label={t.wrap}
        title={t.wrap}
        onClick={() => changeSettings({ wrap: !wrap })}
      >
        <WrapText size={SIZE} aria-hidden="true" />
      </Button>
      <Button
        plain
        pressed={histogram}
        aria-label={t.histogram}
        title={t.histogram}
        onClick={() => changeSettings({ histogram: !histogram })}
      >
        <ChartNoAxesColumn size={SIZE} aria-hidden="true" />
      </Button>
      <Menu
        trigger={
          <Button plain aria-label={t.density} title={t.density}>
            <Rows3 size={SIZE} aria-hidden="true" />
          </Button>
        }
      >
        <MenuRadio
          value={density}
          onChange={(next) => changeSettings({ density: next })}
          options={(['comfortable', 'compact'] as const).map((value) => ({
            value,
            label: t.densities[value],
          }))}
        />
      </Menu>
      <Menu
        trigger={
          <Button plain aria-label={t.time} title={t.time}>
            <Clock size={SIZE} aria-hidden="true" />
          </Button>
        }
      >
        <MenuRadio
          value={time}
          onChange={(next) => changeSettings({ time: next })}
          options={(['local', 'utc', 'relative'] as const).map((value) => ({ value, label: t.times[value] }))}
        />
      </Menu>
      <ColumnsMenu />
    </div>
  )
}

/** Rows come ten times a second; this need not. */
export const Toolbar = memo(ToolbarNow)
