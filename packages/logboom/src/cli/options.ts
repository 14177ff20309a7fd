/** The options that the commands share: how they are declared, and what they mean. */
import { LogboomError } from '@logboom/sdk/errors'
import type { Command } from 'commander'
import type { RecordQuery } from '../store/contract.ts'
import type { Context } from './context.ts'
import { buildFilter, type FilterOptions } from './filter.ts'
import { re2 } from './regex.ts'
import { needlesOf, queryNeedles, type RenderOptions } from './render/index.ts'
import { parseMoment } from './time.ts'

/** As commander hands them over. */
export interface CommonOptions extends FilterOptions {
  home?: string
  /** Log files instead of a home. */
  file?: readonly string[]
  since?: string
  until?: string
  limit?: number
  json?: boolean
  /** `--color WHEN`; `--no-color` is false, `--color` alone true. */
  color?: string | boolean
  utc?: boolean
  time?: string
  /** `--no-pager` is false. */
  pager?: boolean
  highlight?: readonly string[]
}

export const collect = (value: string, before: readonly string[] = []): string[] => [...before, value]

/** A list as users write it. */
export const commaSeparated = (value: string): string[] =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

const wholeNumber = (value: string): number => {
  if (!/^\d{1,9}$/.test(value)) {
    throw new LogboomError('LB_USAGE', `--limit needs a whole number, not '${value}'`, {
      hint: 'For the last hundred: --limit 100.',
    })
  }
  return Number(value)
}

export const oneOf =
  (option: string, words: readonly string[]) =>
  (value: string): string => {
    if (words.includes(value)) return value
    throw new LogboomError('LB_USAGE', `${option} does not know '${value}'`, {
      hint: `Give one of: ${words.join(', ')}.`,
    })
  }

/** Flags and description of the option that names the home. */
export const HOME_OPTION = [
  '--home <dir>',
  'where records are kept (default: $LOGBOOM_HOME, else the data directory of the platform)',
] as const

/** Declares the options by which every reading command chooses its records. */
export const withFilterOptions = (command: Command): Command =>
  command
    .option(...HOME_OPTION)
    .option('--file <path>', 'read log files instead, *.gz too; repeatable, * and ** are wildcards', collect)
    .option('--server <name>', 'only this server; repeat for several, * is a wildcard', collect)
    .option(
      '--tool <name>',
      'only calls of this tool and what was logged for them; repeatable, * is a wildcard',
      collect,
    )
    .option(
      '--level <level>',
      'this level or worse: debug info notice warning error critical alert emergency',
    )
    .option('--since <when>', 'from then on: 15m, 1h30m, 2d ago, or 2026-11-22T10:00')
    .option('--until <when>', 'before then; same forms')

/** Declares when to colour. */
export const withColorOption = (command: Command): Command =>
  command
    .option(
      '--color [when]',
      'auto, always, never (also NO_COLOR, FORCE_COLOR)',
      oneOf('--color', ['auto', 'always', 'never']),
    )
    .option('--no-color', 'the same as --color never')

/** Declares how times are printed. */
export const withTimeOptions = (command: Command): Command =>
  command
    .option('--utc', 'read and print times in UTC instead of local time')
    .option(
      '--time <format>',
      'clock (14:02:11.020) or iso (whole stamps)',
      oneOf('--time', ['clock', 'iso']),
    )

/** Declares whether long answers may go through a pager. */
export const withPagerOption = (command: Command): Command =>
  command.option('--no-pager', 'never through a pager ($LOGBOOM_PAGER, $PAGER, else less)')

/** Declares what to mark. */
export const withHighlight = (command: Command): Command =>
  command.option(
    '--highlight <word>',
    'mark this word where it stands, also what does not hold it is printed; repeatable',
    collect,
  )

/** Declares how many. */
export const withLimit = (command: Command, text: string): Command =>
  command.option('-n, --limit <count>', text, wholeNumber)

/**
 * The store query that options and query text ask for.
 * @throws LogboomError LB_QUERY_SYNTAX, LB_USAGE
 */
export const recordQuery = (
  words: readonly string[],
  options: CommonOptions,
  context: Context,
): RecordQuery => {
  const now = context.now()
  const query: RecordQuery = { signal: context.signal }
  const filter = buildFilter(words.join(' '), options, now, re2)
  if (filter !== undefined) query.filter = filter
  if (options.since !== undefined) query.since = parseMoment(options.since, '--since', now, options.utc)
  if (options.until !== undefined) query.until = parseMoment(options.until, '--until', now, options.utc)
  if (options.limit !== undefined) query.limit = options.limit
  if (query.since !== undefined && query.until !== undefined && query.since >= query.until) {
    throw new LogboomError('LB_USAGE', '--since is not before --until', {
      hint: 'Swap them, or leave one out.',
    })
  }
  return query
}

/** Whether to colour: the option, else NO_COLOR, else FORCE_COLOR, else whether a terminal reads. */
export const useColor = (
  option: string | boolean | undefined,
  context: Pick<Context, 'env' | 'out'>,
): boolean => {
  if (option === 'always' || option === true) return true
  if (option === 'never' || option === false) return false
  const { NO_COLOR, FORCE_COLOR, TERM } = context.env
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false'
  return context.out.isTTY && TERM !== 'dumb'
}

/** How to print records; with a query, its words are marked in the messages. */
export const renderOptions = (
  options: CommonOptions,
  context: Context,
  { filter }: Pick<RecordQuery, 'filter'> = {},
): RenderOptions => {
  const width = context.out.isTTY ? context.out.columns() : undefined
  return {
    color: useColor(options.color, context),
    utc: options.utc === true,
    iso: options.time === 'iso',
    now: context.now,
    highlight: needlesOf(options.highlight ?? []),
    highlightMessages: queryNeedles(filter),
    ...(width === undefined ? {} : { width }),
  }
}
