/** Sparklines of one table: over the same time, so that they can be compared by eye. */

export interface Point {
  time: number
  count: number
}

/** Where the points of all lines begin and end; undefined without any. */
export const spanOf = (lines: readonly (readonly Point[])[]): { from: number; to: number } | undefined => {
  const times = lines.flatMap((line) => line.map(({ time }) => time))
  return times.length === 0
    ? undefined
    : {
        from: times.reduce((a, b) => Math.min(a, b)),
        to: times.reduce((a, b) => Math.max(a, b)),
      }
}

/** More would be narrower than a pixel. */
const MAX_POINTS = 400

/** One count for each step of the span; 0 where nothing was counted. */
export const filled = (
  line: readonly Point[],
  step: number,
  { from, to }: { from: number; to: number },
): number[] => {
  const length = Math.min(MAX_POINTS, Math.round((to - from) / step) + 1)
  const counts = new Array<number>(length).fill(0)
  for (const { time, count } of line) {
    const at = to === from ? 0 : Math.round(((time - from) / (to - from)) * (length - 1))
    counts[at] = (counts[at] ?? 0) + count
  }
  return counts
}

/** The line through them, in a box of this size. */
export const pathOf = (counts: readonly number[], width: number, height: number): string => {
  const most = Math.max(1, ...counts)
  const wide = counts.length > 1 ? width / (counts.length - 1) : 0
  return counts
    .map(
      (count, at) =>
        `${at === 0 ? 'M' : 'L'}${(at * wide).toFixed(1)} ${(height - (count / most) * height).toFixed(1)}`,
    )
    .join('')
}
