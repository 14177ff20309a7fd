/** One row of the stream. There are hundreds a second: what it shows follows from its props alone. */
import { memo, type Ref } from 'react'
import type { LogRecord } from '../api/client.ts'
import { Value } from '../ask/value.tsx'
import { formatTime } from '../parts/format.ts'
import { LevelMark } from '../parts/level.tsx'
import { LogText } from '../parts/log-text.tsx'
import { ServerName } from '../parts/server-name.tsx'
import type { Settings } from '../settings/index.ts'
import type { Columns } from './columns.ts'
import { cellText, fieldOf } from './fields.ts'
import { Message } from './message.tsx'
import { CELL, recordRowOf } from './roles.ts'

export interface Look {
  columns: Columns
  template: string
  time: Settings['time']
  wrap: boolean
  mark: string
  /** Of relative times and of "today"; moves on every few seconds. */
  now: number
  height: number
}

export interface PlaceInList {
  index: number
  /** Pixels from the top of the list. */
  start: number
  /** Of the grid, from 1; the first row is the head. */
  rowIndex: number
  ref: Ref<HTMLDivElement> | undefined
}

export const rowId = (key: number): string => `row-${String(key).replace('.', '-')}`

const SHAPE = 'absolute top-0 left-0 grid w-full gap-x-2 border-l-3 pr-3 pl-[9px] leading-5'

/** `wrap` rows are as tall as their text. */
export const rowStyle = ({ template, wrap, height }: Look, start: number) => ({
  gridTemplateColumns: template,
  transform: `translateY(${start}px)`,
  ...(wrap ? { minHeight: height } : { height }),
})

export const RecordLine = memo(
  ({
    position,
    record,
    look,
    index,
    start,
    rowIndex,
    ref,
    selected,
    active,
    hot,
    marked,
  }: PlaceInList & {
    position: number
    record: LogRecord
    look: Look
    /** Its details are open; it is where the keys are; its values can be clicked; it is what the context is about. */
    selected: boolean
    active: boolean
    hot: boolean
    marked: boolean
  }) => (
    <div
      {...recordRowOf(rowIndex, selected, marked)}
      id={rowId(position)}
      ref={ref}
      data-index={index}
      data-position={position}
      className={`${SHAPE} ${look.wrap ? 'py-0.5' : 'items-center whitespace-nowrap [contain:strict]'} ${selected ? 'border-accent bg-row' : marked ? 'border-notice bg-row' : 'border-transparent hover:bg-panel'} ${active ? 'outline-1 outline-accent -outline-offset-1 outline-dashed' : ''}`}
      style={rowStyle(look, start)}
    >
      {look.columns.map(({ field }) => (
        <div key={field} {...CELL} className="overflow-hidden text-ellipsis whitespace-nowrap">
          <Cell record={record} field={field} look={look} hot={hot} />
        </div>
      ))}
      <Message record={record} mark={look.mark} wrap={look.wrap} />
    </div>
  ),
)

const Cell = ({
  record,
  field,
  look,
  hot,
}: {
  record: LogRecord
  field: string
  look: Look
  hot: boolean
}) => {
  if (field === 'time')
    return <time className="mono text-dim">{formatTime(record.time, look.time, look.now)}</time>
  const value = hot ? fieldOf(record, field) : undefined
  const shown = shownOf(record, field)
  // A menu for each value of each row would cost more than the rows.
  return value === undefined ? (
    shown
  ) : (
    <Value key={record.id} field={field} value={value}>
      {shown}
    </Value>
  )
}

const shownOf = (record: LogRecord, field: string) => {
  switch (field) {
    case 'level':
      return <LevelMark level={record.level} />
    case 'server':
      return <ServerName name={record.server} />
    case 'source':
      return (
        <span className="rounded border border-line px-1 text-[11px] text-dim leading-4">
          {record.source}
        </span>
      )
    default:
      return (
        <span className="mono">
          <LogText text={cellText(record, field)} />
        </span>
      )
  }
}
