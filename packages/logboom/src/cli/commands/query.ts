/** `logboom query`: every record that matches, oldest first; with `--sql` a statement's rows, with `--explain` what serves it. */
import { LogboomError } from '@logboom/sdk/errors'
import type { SqlResult } from '../../store/contract.ts'
import type { Context } from '../context.ts'
import { type CommonOptions, recordQuery, renderOptions, useColor } from '../options.ts'
import { withPager } from '../paging.ts'
import { explainNothing, withStore } from '../reading.ts'
import { createStreamRenderer, renderExplanation } from '../render/index.ts'
import { archiveOf, needArchive, sqlLines, sqlTable } from '../sql.ts'
import { parseSpan } from '../time.ts'

export interface QueryOptions extends CommonOptions {
  sql?: string
  explain?: boolean
  /** How long a statement may take, as the user wrote it. */
  timeout?: string
}

const SQL_TIMEOUT = 30_000
const SQL_ROWS = 10_000
/** Matches after which an explanation stops, unless told otherwise: they are held in memory. */
const EXPLAIN_LIMIT = 10_000

const printRecords = (words: readonly string[], options: QueryOptions, context: Context): Promise<void> => {
  const query = recordQuery(words, options, context)
  return withStore(options, context, async (store, place) => {
    const render =
      options.json === true ? JSON.stringify : createStreamRenderer(renderOptions(options, context, query))
    let printed = 0
    for await (const record of store.records(query)) {
      if (context.signal.aborted) break
      await context.out.write(`${render(record)}\n`)
      printed++
    }
    if (printed === 0) await explainNothing(store, place, query, options, context)
  })
}

const explain = (words: readonly string[], options: QueryOptions, context: Context): Promise<void> => {
  const { limit = EXPLAIN_LIMIT, ...query } = recordQuery(words, options, context)
  return withStore(options, context, async (store) => {
    const archive = archiveOf(store)
    if (archive === undefined) {
      const text = `Every record of every ${options.file === undefined ? 'journal' : 'file'} is read: without the store there is no index.`
      await context.out.write(
        options.json === true ? `${JSON.stringify({ conditions: [text] })}\n` : `${text}\n`,
      )
      return
    }
    const explanation = await archive.explain({ ...query, order: 'newest', limit })
    const text =
      options.json === true
        ? JSON.stringify(explanation)
        : renderExplanation(explanation, { color: useColor(options.color, context), limit })
    await context.out.write(`${text}\n`)
  })
}

const tell = async (result: SqlResult, options: QueryOptions, context: Context): Promise<void> => {
  if (options.json === true) {
    for (const line of sqlLines(result)) await context.out.write(line)
    return
  }
  const width = context.out.isTTY ? context.out.columns() : undefined
  const text = sqlTable(result, {
    color: useColor(options.color, context),
    ...(width === undefined ? {} : { width }),
  })
  await context.out.write(`${text}\n`)
}

/** Options that choose records, SQL chooses its own; and files are no database. */
const CHOOSING = ['file', 'server', 'tool', 'level', 'since', 'until', 'explain', 'highlight'] as const

const runSql = async (
  statement: string,
  words: readonly string[],
  options: QueryOptions,
  context: Context,
): Promise<void> => {
  const given = CHOOSING.find((name) => options[name] !== undefined)
  if (words.length > 0 || given !== undefined) {
    const what = given === undefined ? 'a query' : `--${given}`
    throw new LogboomError('LB_USAGE', `--sql does not go with ${what}`, {
      hint:
        given === 'file'
          ? 'Files have no SQL: use a query.'
          : 'Put it into the statement: WHERE level = … AND time >= ….',
    })
  }
  const limitMs = options.timeout === undefined ? SQL_TIMEOUT : parseSpan(options.timeout, '--timeout')
  const maxRows = options.limit ?? SQL_ROWS
  let isCut = false
  await withPager(options, context, (paged) =>
    withStore(options, paged, async (store) => {
      const result = await needArchive(store, '--sql').sql(statement, { limitMs, maxRows })
      isCut = result.cut
      if (!paged.signal.aborted) await tell(result, options, paged)
    }),
  )
  if (isCut && options.json !== true) context.note(`Only the first ${maxRows} rows; -n gives another number.`)
}

export const run = async (
  words: readonly string[],
  options: QueryOptions,
  context: Context,
): Promise<void> => {
  if (options.sql !== undefined) return runSql(options.sql, words, options, context)
  if (options.timeout !== undefined)
    throw new LogboomError('LB_USAGE', '--timeout goes with --sql', {
      hint: 'Leave one out, or add the other.',
    })
  if (words.length === 0)
    throw new LogboomError('LB_USAGE', "missing required argument 'query'", {
      hint: "See 'logboom query --help'; '*' is every record.",
    })
  const print = options.explain === true ? explain : printRecords
  return withPager(options, context, (paged) => print(words, options, paged))
}
