/** The table: tools first, then the protocol's own methods, folded. */
import { useState } from 'react'
import type { Tool } from '../api/client.ts'
import { changeSettings, useSettings } from '../settings/index.ts'
import { useText } from '../text/index.tsx'
import {
  COLUMNS,
  type Column,
  isSortable,
  nextOrder,
  type Order,
  readOrder,
  sortTools,
  writeOrder,
} from './table.ts'
import { ToolRow } from './tool-row.tsx'
import { spanOf } from './trend.ts'

const TEXT: ReadonlySet<Column> = new Set(['tool', 'server', 'lastError'])

export const ToolTable = ({ tools, step }: { tools: readonly Tool[]; step: number | undefined }) => {
  const t = useText().tools
  const order = readOrder(useSettings().toolsSort)
  const [chosen, setChosen] = useState<boolean>()
  const hasSizes = tools.some(({ sizes }) => sizes !== undefined)
  const columns = COLUMNS.filter((column) => hasSizes || (column !== 'request' && column !== 'response'))
  const sorted = sortTools(tools, order)
  const named = sorted.filter(({ tool }) => tool !== undefined)
  const methods = sorted.filter(({ tool }) => tool === undefined)
  const open = chosen ?? named.length === 0
  const span = spanOf(tools.map(({ sparkline }) => sparkline))
  const rows = (of: readonly Tool[]) =>
    of.map((tool) => (
      <ToolRow
        key={JSON.stringify([tool.server, tool.method, tool.tool])}
        tool={tool}
        columns={columns}
        trend={step === undefined || span === undefined ? undefined : { step, span }}
      />
    ))
  return (
    <table className="w-full whitespace-nowrap tabular-nums">
      <thead className="sticky top-0 z-10 bg-bg">
        <tr className="h-8 border-line border-b">
          {columns.map((column) => (
            <Head key={column} column={column} order={order} />
          ))}
        </tr>
      </thead>
      <tbody>{rows(named)}</tbody>
      {methods.length > 0 && (
        <tbody>
          <tr className="h-9">
            <th colSpan={columns.length} className="px-3 text-left font-normal">
              <button
                type="button"
                aria-expanded={open}
                className="rounded-md px-1.5 py-0.5 text-dim hover:bg-row"
                onClick={() => setChosen(!open)}
              >
                <span aria-hidden="true">{open ? '▾' : '▸'} </span>
                {t.methods(methods.length)}
              </button>
            </th>
          </tr>
          {open && rows(methods)}
        </tbody>
      )}
    </table>
  )
}

const Head = ({ column, order }: { column: Column; order: Order }) => {
  const t = useText().tools
  const sorted = order.column === column
  const side = TEXT.has(column) ? 'text-left' : 'text-right'
  if (!isSortable(column))
    return (
      <th scope="col" className="px-3 text-left font-medium text-dim">
        {t.columns[column]}
      </th>
    )
  return (
    <th
      scope="col"
      aria-sort={sorted ? (order.descending ? 'descending' : 'ascending') : 'none'}
      className={`font-medium ${side}`}
    >
      <button
        type="button"
        title={t.columnsAbout[column]}
        className={`rounded-md py-0.5 hover:bg-row ${TEXT.has(column) ? 'px-3' : 'px-2'} ${sorted ? 'text-text' : 'text-dim'}`}
        onClick={() => changeSettings({ toolsSort: writeOrder(nextOrder(order, column)) })}
      >
        <span className={`relative ${TEXT.has(column) ? '' : 'inline-block'}`}>
          {t.columns[column]}
          {sorted && (
            <span
              aria-hidden="true"
              className={`absolute ${TEXT.has(column) ? 'left-full pl-1' : 'right-full pr-1'}`}
            >
              {order.descending ? '↓' : '↑'}
            </span>
          )}
        </span>
      </button>
    </th>
  )
}
