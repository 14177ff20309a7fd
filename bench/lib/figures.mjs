/** The value below which `share` (0 to 1) of the values lie. */
export const quantile = (values, share) => {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

export const median = (values) => quantile(values, 0.5)

/** A row of the table: what was promised, what was measured, and whether it holds. `better`: 'less' or 'more'. */
export const verdict = (goal, figure, limit, better, detail) => ({
  goal,
  figure: Number.isFinite(figure) ? figure.toFixed(2) : figure > 0 ? 'no end' : 'none',
  limit: `${better === 'less' ? '<=' : '>='} ${limit}`,
  verdict: (better === 'less' ? figure <= limit : figure >= limit) ? 'met' : 'MISSED',
  detail,
})

export const printTable = (rows) => {
  const columns = ['goal', 'figure', 'limit', 'verdict', 'detail']
  const widths = columns.map((column) =>
    Math.max(column.length, ...rows.map((row) => String(row[column]).length)),
  )
  const line = (cells) =>
    cells
      .map((cell, i) => String(cell).padEnd(widths[i]))
      .join('  ')
      .trimEnd()
  console.log(line(columns))
  console.log(line(widths.map((width) => '-'.repeat(width))))
  for (const row of rows) console.log(line(columns.map((column) => row[column])))
}
