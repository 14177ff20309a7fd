/** The rows, as a grid of which only what is in view exists. The grid keeps the focus, whatever row comes and goes. */
import { useVirtualizer } from '@tanstack/react-virtual'
import {
  type MouseEvent,
  type PointerEvent,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { go, type Place } from '../location/index.ts'
import type { Settings } from '../settings/index.ts'
import { useText } from '../text/index.tsx'
import { templateOf } from './columns.ts'
import { type FeedState, feed } from './feed.ts'
import { HEAD_HEIGHT, Head } from './head.tsx'
import { isLive } from './question.ts'
import { gridOf, ROWS } from './roles.ts'
import { type Look, RecordLine, rowId } from './row.tsx'
import { SkippedLine } from './skipped-line.tsx'
import { indexOf, keyOf, type Row, rowOf } from './window.ts'

const ROW_HEIGHT: Readonly<Record<Settings['density'], number>> = { compact: 20, comfortable: 24 }
const OVERSCAN = 8
/** Rows from an edge at which the page beyond it is asked for. */
const NEAR = 30
/** Pixels from the live end that still count as there. */
const AT_END = 40

export interface ListProps {
  state: FeedState
  place: Place
  settings: Settings
  now: number
  mark: string
  active: number | undefined
  onActive: (key: number) => void
}

const keyUnder = (target: EventTarget): number | undefined => {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-position]') : null
  return row === null ? undefined : Number(row.dataset.position)
}

export const List = ({ state, place, settings, now, mark, active, onActive }: ListProps) => {
  const t = useText().stream
  const { window: loaded, hold } = state
  const { rows } = loaded
  const { columns, density, wrap, time } = settings
  const newestFirst = place.order === 'newest'
  const following = isLive(place) && hold === undefined && !loaded.newer
  const height = ROW_HEIGHT[density]
  const template = templateOf(columns)
  const look = useMemo<Look>(
    () => ({ columns, template, time, wrap, mark, now, height }),
    [columns, template, time, wrap, mark, now, height],
  )
  const scroller = useRef<HTMLDivElement>(null)
  const [hovered, setHovered] = useState<number>()

  const count = rows.length
  const turned = useCallback(
    (index: number) => (newestFirst ? count - 1 - index : index),
    [newestFirst, count],
  )
  const rowAt = (index: number): Row | undefined => rows[turned(index)]
  const view = useRef(0)
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: useCallback(
      (index: number) => {
        const row = rows[turned(index)]
        return row === undefined ? -1 : keyOf(row)
      },
      [rows, turned],
    ),
    overscan: OVERSCAN,
    scrollMargin: HEAD_HEIGHT,
    scrollPaddingStart: HEAD_HEIGHT,
    // Rows above the first visible one may come and go without moving it, except at a live end on top.
    anchorTo: newestFirst && following ? 'start' : 'end',
    followOnAppend: !newestFirst && following,
    scrollEndThreshold: AT_END,
    // At the live end the last rows are what will be in view, before the scrolling says so: nothing is rendered in vain.
    ...(!newestFirst && following && view.current > 0
      ? {
          rangeExtractor: () => {
            const shown = Math.min(count, Math.ceil(view.current / height) + OVERSCAN)
            return Array.from({ length: shown }, (_, index) => count - shown + index)
          },
        }
      : {}),
  })
  view.current = virtual.scrollRect?.height ?? 0

  // biome-ignore lint/correctness/useExhaustiveDependencies: what was measured was measured of another look
  useLayoutEffect(() => virtual.measure(), [height, wrap, template, virtual])

  useReveal(virtual, state, newestFirst, onActive)

  const items = virtual.getVirtualItems()
  /** Rows that exist at most; no two of them have the same place in it. */
  const slots = Math.max(items.length, Math.ceil(view.current / height) + 2 * OVERSCAN + 2)
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0]
  const [top, bottom] = newestFirst
    ? ([feed.loadNewer, feed.loadOlder] as const)
    : ([feed.loadOlder, feed.loadNewer] as const)
  useEffect(() => {
    if (count === 0 || view.current === 0) return
    if (first < NEAR) top()
    if (last > count - NEAR) bottom()
  }, [first, last, count, top, bottom])

  const scrolledTo = useRef(0)
  const onScroll = (): void => {
    const box = scroller.current
    if (box === null) return
    const down = box.scrollTop - scrolledTo.current
    scrolledTo.current = box.scrollTop
    const fromEnd = newestFirst ? box.scrollTop : box.scrollHeight - box.clientHeight - box.scrollTop
    const toEnd = newestFirst ? -down : down
    if (following && toEnd < 0 && fromEnd > AT_END) feed.hold('reading')
    else if (hold === 'reading' && !loaded.newer && toEnd > 0 && fromEnd <= 1) feed.goOn()
  }

  const onClick = (event: MouseEvent): void => {
    const key = keyUnder(event.target)
    const row = rowOf(rows, key)
    if (key === undefined || row?.kind !== 'record' || event.defaultPrevented) return
    const call = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-call]') : null
    onActive(key)
    if (call?.dataset.call !== undefined) go({ call: call.dataset.call, record: undefined })
    else if (event.target instanceof Element && event.target.closest('button, [role="menu"]') === null)
      go({ record: row.record.id, call: undefined })
  }

  const onPointerOver = (event: PointerEvent): void => {
    const key = keyUnder(event.target)
    if (key !== undefined) setHovered(key)
  }

  const shown = active !== undefined && items.some(({ key }) => key === active)
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter opens the active row (use-stream-keys.ts)
    // biome-ignore lint/a11y/noStaticElementInteractions: it has a role (roles.ts)
    <div
      ref={scroller}
      {...gridOf(
        t.rows,
        loaded.older || loaded.newer ? -1 : count + 1,
        state.phase === 'loading',
        shown ? rowId(active) : undefined,
      )}
      className="relative min-h-0 flex-1 overflow-y-auto overflow-x-hidden [overflow-anchor:none]"
      onScroll={onScroll}
      onClick={onClick}
      onPointerOver={onPointerOver}
      onPointerDown={(event) => {
        if (keyUnder(event.target) !== undefined) feed.hold('reading')
      }}
    >
      <Head columns={columns} template={template} />
      <div {...ROWS} className="relative" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start, key }) => {
          const row = rowAt(index)
          if (row === undefined) return null
          const at = {
            index,
            start: start - HEAD_HEIGHT,
            rowIndex: index + 2,
            ref: wrap ? virtual.measureElement : undefined,
          }
          // A row of the screen is used again for another record: that costs half of making a new one. Measured ones are not.
          const slot = wrap ? key : index % slots
          return row.kind === 'skipped' ? (
            <SkippedLine
              key={slot}
              row={row}
              look={look}
              loading={state.loading.skipped === row.after}
              onLoad={feed.loadSkipped}
              {...at}
            />
          ) : (
            <RecordLine
              key={slot}
              position={row.position}
              record={row.record}
              look={look}
              selected={place.record === row.record.id}
              active={active === row.position}
              hot={hovered === row.position || active === row.position}
              marked={place.around === row.position}
              {...at}
            />
          )
        })}
      </div>
    </div>
  )
}

/** Shows what the feed wants shown, once the rows are there. */
const useReveal = (
  virtual: ReturnType<typeof useVirtualizer<HTMLDivElement, Element>>,
  { reveal, phase, window: { rows } }: FeedState,
  newestFirst: boolean,
  onActive: (key: number) => void,
): void => {
  // biome-ignore lint/correctness/useExhaustiveDependencies: a wish is fulfilled once, when there are rows
  useLayoutEffect(() => {
    if (phase !== 'ready' || rows.length === 0) return
    const last = rows.length - 1
    if (typeof reveal.at === 'number') {
      const index = Math.max(0, indexOf(rows, reveal.at))
      const row = rows[index]
      if (row !== undefined) onActive(keyOf(row))
      virtual.scrollToIndex(newestFirst ? last - index : index, { align: 'center' })
    } else if ((reveal.at === 'end') === newestFirst) virtual.scrollToOffset(0)
    else virtual.scrollToIndex(last, { align: 'end' })
  }, [reveal, phase, newestFirst, rows.length === 0])
}
