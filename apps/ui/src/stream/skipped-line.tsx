/** A row for what the hub skipped because the page was too slow. */
import type { Ref } from 'react'
import { formatCount } from '../parts/format.ts'
import { TAG, useLanguage, useText } from '../text/index.tsx'
import { rowOf, wideCell } from './roles.ts'
import { type Look, type PlaceInList, rowId } from './row.tsx'
import { keyOf, type SkippedRow } from './window.ts'

const STRIPES = 'repeating-linear-gradient(-45deg, transparent 0 6px, var(--panel) 6px 12px)'

export const SkippedLine = ({
  row,
  look,
  loading,
  onLoad,
  index,
  start,
  rowIndex,
  ref,
}: PlaceInList & {
  row: SkippedRow
  look: Look
  loading: boolean
  onLoad: (row: SkippedRow) => void
  ref: Ref<HTMLDivElement> | undefined
}) => {
  const t = useText().stream
  const tag = TAG[useLanguage()]
  return (
    <div
      {...rowOf(rowIndex)}
      id={rowId(keyOf(row))}
      ref={ref}
      data-index={index}
      data-position={keyOf(row)}
      className="absolute top-0 left-0 w-full text-center text-warning leading-5"
      style={{ transform: `translateY(${start}px)`, height: look.height, backgroundImage: STRIPES }}
    >
      <span {...wideCell(look.columns.length + 1)}>
        <span aria-hidden="true">▲ </span>
        {t.skipped(formatCount(row.count, tag))} ·{' '}
        <button type="button" className="underline" disabled={loading} onClick={() => onLoad(row)}>
          {loading ? t.loading : t.loadSkipped}
        </button>
      </span>
    </div>
  )
}
