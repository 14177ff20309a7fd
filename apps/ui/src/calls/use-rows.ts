/**
 * Rows of one height, of which only those in sight are there. What is read stays where it is while rows come before it. A cursor
 * goes by key (`aria-activedescendant`: the rows out of sight cannot hold the focus).
 */
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useKey } from '../keys/index.ts'
import { go, usePlace } from '../location/index.ts'
import { useSettings } from '../settings/index.ts'

const HEIGHT = { compact: 22, comfortable: 28 }

/** Beside what is looked at. */
export const showBeside = (id: string, { replace = false } = {}): void =>
  go({ call: id, record: undefined }, { replace })

export const openPage = (id: string): void =>
  go({ view: 'calls', page: id, call: undefined, record: undefined })

/** How every row looks; what the grid's focus is on is outlined. */
const LOOK =
  'absolute inset-x-0 border-transparent border-l-3 px-3 hover:bg-panel aria-selected:border-accent aria-selected:bg-row group-focus-visible:aria-selected:outline-2 group-focus-visible:aria-selected:outline-accent group-focus-visible:aria-selected:-outline-offset-2'

/**
 * @param ids of calls, in the order of the rows; the same array while they are the same
 * @param heads rows before them that name the columns
 */
export const useRows = (ids: readonly string[], label: string, heads: 0 | 1) => {
  const place = usePlace()
  const scroller = useRef<HTMLDivElement>(null)
  const height = HEIGHT[useSettings().density]
  const [chosen, setChosen] = useState<string>()
  const [atTop, setAtTop] = useState(true)
  const cursor = place.call !== undefined && ids.includes(place.call) ? place.call : chosen
  const rows = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: (index) => ids[index] ?? index,
    overscan: 10,
  })

  useEffect(() => {
    if (height > 0) rows.measure()
  }, [rows, height])

  const before = useRef(ids)
  useLayoutEffect(() => {
    const element = scroller.current
    if (element !== null && element.scrollTop > 0) {
      const index = Math.floor(element.scrollTop / height)
      const now = ids.indexOf(before.current[index] ?? '')
      if (now !== -1 && now !== index) element.scrollTop += (now - index) * height
    }
    before.current = ids
  }, [ids, height])

  const seen = useRef(ids[0])
  if (atTop) seen.current = ids[0]
  const fresh = atTop || seen.current === undefined ? 0 : Math.max(0, ids.indexOf(seen.current))

  const move = (by: number): void => {
    const from = cursor === undefined ? -1 : ids.indexOf(cursor)
    const index =
      from === -1 ? (by > 0 ? 0 : ids.length - 1) : Math.min(ids.length - 1, Math.max(0, from + by))
    const id = ids[index]
    if (id === undefined) return
    setChosen(id)
    rows.scrollToIndex(index)
    if (place.call !== undefined) showBeside(id, { replace: true })
  }
  const toTop = (): void => {
    scroller.current?.scrollTo({ top: 0 })
  }
  const isOn = cursor !== undefined && ids.includes(cursor)
  useKey('down', () => move(1))
  useKey('up', () => move(-1))
  useKey('top', toTop)
  useKey('live', () => rows.scrollToIndex(ids.length - 1))
  useKey('open', () => cursor !== undefined && openPage(cursor), isOn)

  const choose = (id: string): void => {
    setChosen(id)
    showBeside(id)
  }

  return {
    items: rows.getVirtualItems(),
    total: rows.getTotalSize(),
    cursor: isOn ? cursor : undefined,
    fresh,
    toTop,
    /** For the element that scrolls. */
    grid: {
      ref: scroller,
      role: 'grid',
      tabIndex: 0,
      'aria-label': label,
      'aria-rowcount': ids.length + heads,
      'aria-activedescendant': isOn ? rowId(cursor) : undefined,
      className: `group relative min-h-0 flex-1 overflow-auto ${isOn ? 'focus-visible:outline-none' : ''}`,
      onScroll: () => setAtTop((scroller.current?.scrollTop ?? 0) < height),
      onKeyDown: (event: KeyboardEvent) => {
        if (event.key !== ' ' || event.target !== event.currentTarget || cursor === undefined) return
        event.preventDefault()
        choose(cursor)
      },
    },
    /** For the row of a call. */
    row: (id: string, { index, start }: { index: number; start: number }, look: string) => ({
      role: 'row',
      id: rowId(id),
      'aria-rowindex': index + 1 + heads,
      'aria-selected': id === cursor,
      className: `${LOOK} ${look}`,
      style: { height, top: start },
      onClick: () => choose(id),
    }),
  }
}

const rowId = (id: string): string => `call-${id}`
