/** Records over time. */
export const histogram = {
  title: 'Histogram',
  range: 'Range of time: arrow keys move, with Shift they select, Enter zooms in, Escape zooms out',
  by: 'Split by',
  splitBy: (field: string) => `by ${field}`,
  hide: 'Hide the histogram',
  show: 'Show the histogram',
  records: (count: string) => (count === '1' ? '1 record' : `${count} records`),
  rest: 'other or none',
  empty: 'No records in this range.',
  failed: (why: string) => `Not counted: ${why}`,
  table: (field: string) => `Records over time, by ${field}`,
  time: 'Time',
  all: 'All',
  zoomOut: 'Zoom out',
  peak: (count: string) => `at most ${count} in a bar`,
}
