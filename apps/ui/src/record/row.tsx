/** One property: a name and its value, of the same height for all that are short. */
import type { ReactNode } from 'react'

/** Deeper rows are not pushed out of the panel. */
const MAX_INDENT = 8

export const Row = ({
  name,
  depth = 0,
  below,
  children,
}: {
  name: ReactNode
  depth?: number
  /** More of the value, over the whole width. */
  below?: ReactNode
  children: ReactNode
}) => (
  <div className="grid grid-cols-[112px_minmax(0,1fr)] gap-x-2 rounded px-1 py-px hover:bg-row">
    <dt
      className="truncate text-dim"
      style={{ paddingLeft: Math.min(depth, MAX_INDENT) * 10 }}
      {...(typeof name === 'string' ? { title: name } : {})}
    >
      {name}
    </dt>
    <dd className="mono min-w-0 break-words">{children}</dd>
    {below !== undefined && below !== false && <dd className="col-span-2">{below}</dd>}
  </div>
)
