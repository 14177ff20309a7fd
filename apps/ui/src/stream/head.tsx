/** The head of the columns: their names, their widths by pointer or keys, and how to be rid of one. */
import { X } from 'lucide-react'
import { type KeyboardEvent, type PointerEvent, useRef } from 'react'
import { changeSettings } from '../settings/index.ts'
import { useText } from '../text/index.tsx'
import { type Columns, MAX_WIDTH, MIN_WIDTH, withoutColumn, withWidth } from './columns.ts'
import { HEAD, ROWS, rowOf } from './roles.ts'

export const HEAD_HEIGHT = 24
const STEP = 8

export const Head = ({ columns, template }: { columns: Columns; template: string }) => {
  const t = useText().stream
  return (
    <div {...ROWS} className="sticky top-0 z-10" style={{ height: HEAD_HEIGHT }}>
      <div
        {...rowOf(1)}
        className="grid h-full items-center gap-x-2 border-line border-b bg-panel pr-3 pl-3 text-[11px] text-dim"
        style={{ gridTemplateColumns: template }}
      >
        {columns.map((column) => (
          <ColumnHead key={column.field} {...column} />
        ))}
        <span {...HEAD}>{t.message}</span>
      </div>
    </div>
  )
}

const ColumnHead = ({ field, width }: { field: string; width: number }) => {
  const t = useText().stream
  return (
    <div {...HEAD} className="group relative flex h-full min-w-0 items-center">
      <span className="truncate">{field}</span>
      <button
        type="button"
        aria-label={t.removeColumn(field)}
        title={t.removeColumn(field)}
        className="ml-auto hidden rounded p-0.5 hover:bg-row hover:text-text group-focus-within:block group-hover:block"
        onClick={() => changeSettings(({ columns }) => ({ columns: withoutColumn(columns, field) }))}
      >
        <X size={12} aria-hidden="true" />
      </button>
      <Grip field={field} width={width} label={t.resizeColumn(field)} />
    </div>
  )
}

const Grip = ({ field, width, label }: { field: string; width: number; label: string }) => {
  const drag = useRef<{ from: number; width: number }>(undefined)
  const resize = (next: number): void =>
    changeSettings(({ columns }) => ({ columns: withWidth(columns, field, next) }))
  const onPointerMove = ({ clientX }: PointerEvent): void => {
    if (drag.current !== undefined) resize(drag.current.width + clientX - drag.current.from)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key]
    if (step === undefined) return
    event.preventDefault()
    resize(width + step)
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that is moved is no rule
    <div
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={width}
      aria-valuemin={MIN_WIDTH}
      aria-valuemax={MAX_WIDTH}
      className="absolute top-0 -right-2 h-full w-2 cursor-col-resize touch-none after:absolute after:top-1 after:right-[3px] after:bottom-1 after:w-px after:bg-line hover:after:bg-accent"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        drag.current = { from: event.clientX, width }
      }}
      onPointerMove={onPointerMove}
      onPointerUp={() => {
        drag.current = undefined
      }}
      onKeyDown={onKeyDown}
    />
  )
}
