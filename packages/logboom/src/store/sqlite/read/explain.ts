/** How a question is answered: what serves each condition, and how much was left to look at. */
import { type Expr, knownField } from '@logboom/sdk/query'
import type { Explanation, PageQuery } from '../../contract.ts'
import { BLOCK_BITS } from '../format.ts'
import { type FileEntry, isSealedEntry } from '../manifest.ts'
import { kindOf } from './files.ts'
import { type Need, needOf } from './need.ts'
import { readPage } from './page.ts'
import { type FilePlan, statementOf } from './plan.ts'
import type { Reader } from './reader.ts'
import { isSeriesField } from './series.ts'
import { whereOf } from './where.ts'

export const explainPage = async (reader: Reader, query: PageQuery): Promise<Explanation> => {
  const began = performance.now()
  const question = reader.question(query)
  const asked = new Map<string, Explanation['files'][number]>()
  let sql = ''
  let checked = 0
  const trace = (file: FileEntry, plan: FilePlan | undefined): void => {
    const rows = isSealedEntry(file) ? file.rows : (reader.files.use(file, rowsOf) ?? 0)
    const blocks = { of: Math.ceil(rows / (1 << BLOCK_BITS)), read: 0 }
    const entry = { name: file.name, kind: kindOf(file), rows, blocks }
    if (plan === undefined) {
      const { since, until } = question.bounds
      const late = isSealedEntry(file) && (file.time[1] < since || file.time[0] >= until)
      asked.set(file.name, { ...entry, skipped: late ? 'time' : 'index' })
      return
    }
    asked.set(file.name, { ...entry, blocks: { ...blocks, read: Math.min(blocks.of, plan.blocks) } })
    const { condition, values } = statementOf(file, question, plan)
    sql ||= bind(`SELECT * FROM records WHERE ${condition}`, [file.first, plan.last, ...values])
  }
  const page = await readPage(reader, query, { trace, checked: (rows) => (checked += rows) })
  return {
    query: query.filter === undefined ? '' : describe(query.filter),
    files: [...asked.values()],
    conditions: conditionsOf(query.filter),
    sql,
    matched: page.items.length,
    checked,
    ms: performance.now() - began,
  }
}

const rowsOf = ({ db }: { db: { arrays(sql: string): { get(): unknown[] | undefined } } }): number =>
  Number(db.arrays('SELECT count(*) FROM records').get()?.[0] ?? 0)

const bind = (sql: string, values: readonly unknown[]): string => {
  let at = 0
  return sql.replace(/\?/g, () => {
    const value = values[at++]
    return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value)
  })
}

const conditionsOf = (filter: Expr | undefined): string[] => {
  if (filter === undefined || filter.kind === 'all') return ['everything: read in the order of positions']
  const parts = filter.kind === 'and' ? filter.of : [filter]
  return parts.map((part) => `${describe(part)}: ${servedBy(part)}`)
}

const servedBy = (expr: Expr): string => {
  const name =
    expr.kind === 'field' && expr.field.kind === 'known' ? knownField(expr.field.name)?.name : undefined
  if (name === 'time') return 'bounds on the time'
  if (name !== undefined && isSeriesField(name)) return 'decided once for each series'
  const need = needOf(expr)
  const where = whereOf(expr)
  const index =
    need.kind === 'any' ? 'no index: all blocks are read' : `index of blocks (${tokensOf(need)} tokens)`
  const sql = where.sql === undefined ? '' : ', narrowed in SQL'
  return `${index}${sql}${where.exact ? '' : ', then each record is checked'}`
}

const tokensOf = (need: Need): number => {
  if (need.kind === 'any') return 0
  if (need.kind === 'tokens') return need.hashes.length
  return need.of.reduce((sum, part) => sum + tokensOf(part), 0)
}

/** A tree as a query again, more or less as it was written. */
const describe = (expr: Expr): string => {
  switch (expr.kind) {
    case 'all':
      return '*'
    case 'and':
      return expr.of.map(inner).join(' ')
    case 'or':
      return expr.of.map(inner).join(' OR ')
    case 'not':
      return `NOT ${inner(expr.of)}`
    case 'text':
      return expr.wildcard ? expr.text : JSON.stringify(expr.text)
    case 'regex':
      return `/${expr.source}/${expr.ignoreCase ? 'i' : ''}`
    case 'field':
      return `${nameOf(expr.field)}:${testOf(expr.test)}`
  }
}

const inner = (expr: Expr): string =>
  expr.kind === 'and' || expr.kind === 'or' ? `(${describe(expr)})` : describe(expr)

type FieldExpr = Extract<Expr, { kind: 'field' }>

const nameOf = (field: FieldExpr['field']): string =>
  field.kind === 'known' ? field.name : `@${field.path.join('.')}`

const testOf = (test: FieldExpr['test']): string => {
  switch (test.kind) {
    case 'exists':
      return '*'
    case 'equals':
      return /^[^\s()"]+$/.test(test.text) ? test.text : JSON.stringify(test.text)
    case 'wildcard':
      return test.pattern
    case 'regex':
      return `/${test.source}/${test.ignoreCase ? 'i' : ''}`
    case 'compare':
      return `${test.op}${test.text}`
    case 'range':
      return `[${test.from ?? '*'} TO ${test.to ?? '*'}]`
  }
}
