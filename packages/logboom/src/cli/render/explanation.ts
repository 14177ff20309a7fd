/** What `query --explain` prints: what serves each condition, and how much of each file was left to look at. */
import type { Explanation } from '../../store/contract.ts'
import { type Cell, table } from './table.ts'
import { visible, visibleLines } from './text.ts'
import { createTheme } from './theme.ts'
import { count, duration, plural } from './units.ts'

const SKIPPED = { time: 'not opened: outside the time', index: 'not read: the index excludes it' } as const

/** Numbers of series, of which there may be thousands. */
const LONG_LIST = /\[(?:\d+,){16,}\d+\]/g

const shortened = (list: string): string => {
  const numbers = list.slice(1, -1).split(',')
  return `[${numbers.slice(0, 8).join(',')},… ${count(numbers.length - 8)} more]`
}

export interface ExplanationOptions {
  color: boolean
  /** Matches after which it stopped. */
  limit?: number
}

/** The explanation as text; no line end at the end. */
export const renderExplanation = (explanation: Explanation, options: ExplanationOptions): string => {
  const theme = createTheme(options.color)
  const { query, files, conditions, sql, matched, checked, ms } = explanation
  const read = files.reduce((sum, { blocks }) => sum + blocks.read, 0)
  const all = files.reduce((sum, { blocks }) => sum + blocks.of, 0)
  const parts = [
    `${theme.bold('Query')}\n  ${query === '' ? theme.dim('(everything)') : visible(query)}`,
    `${theme.bold('Served by')}\n${
      conditions.length === 0
        ? `  ${theme.dim('nothing to narrow by: every record is looked at')}`
        : conditions.map((line) => `  ${visible(line)}`).join('\n')
    }`,
  ]
  if (files.length > 0) {
    const rows = files.map((file): Cell[] => [
      { text: visible(file.name) },
      { text: file.kind },
      { text: count(file.rows) },
      { text: `${count(file.blocks.read)} of ${count(file.blocks.of)}` },
      { text: file.skipped === undefined ? '' : SKIPPED[file.skipped], paint: theme.dim },
    ])
    const columns = [
      { title: 'file' },
      { title: 'kind' },
      { title: 'records', right: true },
      { title: 'blocks read', right: true },
      { title: '' },
    ]
    parts.push(`${theme.bold('Files')}\n${table(columns, rows, theme.dim)}`)
  }
  if (sql !== '')
    parts.push(
      `${theme.bold('SQL of one file')}\n${visibleLines(sql.replace(LONG_LIST, shortened))
        .map((line) => `  ${line}`)
        .join('\n')}`,
    )
  const stopped = matched === options.limit ? ' (the newest; it stopped there)' : ''
  parts.push(
    `${plural(matched, 'record')}${stopped} of ${count(checked)} looked at, ${count(read)} of ${plural(all, 'block')} read, in ${duration(ms)}`,
  )
  return parts.join('\n\n')
}
