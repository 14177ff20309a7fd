/** The demo's arithmetic: real results on small series, so that its servers have something true to log about. */

export interface Line {
  slope: number
  intercept: number
}

export const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length

export const deviation = (values: readonly number[]): number => {
  const centre = mean(values)
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)))
}

/** Least squares over the index: the straight line nearest to the series. */
export const fitLine = (values: readonly number[]): Line => {
  const middle = (values.length - 1) / 2
  const centre = mean(values)
  let above = 0
  let below = 0
  for (const [index, value] of values.entries()) {
    above += (index - middle) * (value - centre)
    below += (index - middle) ** 2
  }
  const slope = below === 0 ? 0 : above / below
  return { slope, intercept: centre - slope * middle }
}

export const residuals = (values: readonly number[], line: Line): number[] =>
  values.map((value, index) => value - (line.intercept + line.slope * index))

/** Places further than `limit` standard deviations from the trend. */
export const outliers = (values: readonly number[], limit: number): number[] => {
  const rest = residuals(values, fitLine(values))
  const spread = deviation(rest)
  return spread === 0 ? [] : [...rest.keys()].filter((index) => Math.abs(rest[index] ?? 0) > limit * spread)
}

/** The average departure from the trend at each place of a season, and how much of the spread it explains (0 to 1). */
export const season = (
  values: readonly number[],
  length: number,
): { pattern: number[]; explained: number } => {
  const rest = residuals(values, fitLine(values))
  const pattern = Array.from({ length }, (_, place) =>
    mean(rest.filter((_, index) => index % length === place)),
  )
  const left = rest.map((value, index) => value - (pattern[index % length] ?? 0))
  const spread = deviation(rest)
  return { pattern, explained: spread === 0 ? 0 : 1 - (deviation(left) / spread) ** 2 }
}

/** Holt's linear smoothing: level and trend follow the series at rates `alpha` and `beta`. */
export const smooth = (
  values: readonly number[],
  alpha: number,
  beta: number,
): { level: number; trend: number; error: number } => {
  let level = values[0] ?? 0
  let trend = (values[1] ?? level) - level
  let squared = 0
  for (const value of values.slice(1)) {
    const guess = level + trend
    squared += (value - guess) ** 2
    const next = alpha * value + (1 - alpha) * guess
    trend = beta * (next - level) + (1 - beta) * trend
    level = next
  }
  return { level, trend, error: Math.sqrt(squared / Math.max(1, values.length - 1)) }
}

export const round = (value: number, digits = 2): number => {
  const scale = 10 ** digits
  return Math.round(value * scale) / scale
}
