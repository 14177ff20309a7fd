/** The bars that the keyboard has chosen: one, or from an anchor to one. */

export interface Cursor {
  at: number
  anchor?: number
}

/** The cursor after a key; undefined for a key that moves nothing. */
export const moved = (
  cursor: Cursor | undefined,
  key: string,
  extend: boolean,
  bars: number,
): Cursor | undefined => {
  const last = bars - 1
  const at = Math.min(cursor?.at ?? last, last)
  const next = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    PageUp: at - 10,
    PageDown: at + 10,
    Home: 0,
    End: last,
  }[key]
  if (next === undefined || last < 0) return undefined
  // The first key only shows where it is.
  const to = cursor === undefined && key.startsWith('Arrow') ? at : Math.max(0, Math.min(last, next))
  return extend ? { at: to, anchor: cursor?.anchor ?? at } : { at: to }
}
