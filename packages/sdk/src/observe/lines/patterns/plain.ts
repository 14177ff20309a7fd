/** Patterns of lines without a stamp, by what they begin with. */

import { copyWithout } from '../../../record/index.ts'
import { readLogfmt } from '../logfmt.ts'
import { ANY, LOWER, UPPER } from '../words.ts'
import { said } from './said.ts'
import { readTracing } from './stamped.ts'
import type { Pattern } from './types.ts'

/** `WARNING:root:msg` */
const pythonLogging: Pattern = {
  name: 'python-logging',
  regex: new RegExp(`^(${UPPER}):([^\\s:]{1,128}):`),
  read: (match, rest) => said('python-logging', match[1], rest, match[2]),
}

/** `INFO:     msg`: the level and its colon fill ten columns. */
const uvicorn: Pattern = {
  name: 'uvicorn',
  regex: /^(?:(INFO|DEBUG|ERROR|WARNING|CRITICAL|TRACE):) {1,6}/,
  read: (match, rest) => said(match[0].length === 10 ? 'uvicorn' : 'level', match[1], rest),
}

/** `ERROR - msg`, `ERROR: msg`, `ERROR msg` */
const upper: Pattern = {
  name: 'level',
  regex: new RegExp(`^(${UPPER})(?:: | - | {1,9}(?! ))`),
  read: (match, rest) => (rest === '' ? undefined : said('level', match[1], rest)),
}

/** `[INFO] msg` */
const bracket: Pattern = {
  name: 'level',
  regex: new RegExp(`^\\[(${ANY}) {0,8}\\]:?(?: |$)`),
  read: (match, rest) => said('level', match[1], rest),
}

/** `[server] [info] msg`, `[server] ERROR: msg` */
const labelled: Pattern = {
  name: 'level',
  regex: new RegExp(`^\\[([^\\]]{1,64})\\] (?:\\[(${ANY})\\]:? ?|(${UPPER}):? )`),
  read: (match, rest) => said('level', match[2] ?? match[3], rest, match[1]),
}

/** `info: Category.Name[12]`, the message indented below it */
const dotnet: Pattern = {
  name: 'dotnet',
  regex: /^(trce|dbug|info|warn|fail|crit): ([\w.`+]{1,200})\[(-?\d{1,9})\](?: |$)/,
  read: (match, rest) =>
    said('dotnet', DOTNET[match[1] ?? ''], rest, match[2], { eventId: Number(match[3]) }),
}

const DOTNET: Readonly<Record<string, string>> = {
  trce: 'trace',
  dbug: 'debug',
  info: 'info',
  warn: 'warning',
  fail: 'error',
  crit: 'critical',
}

/** `info: msg`, as winston's simple format writes it */
const lower: Pattern = {
  name: 'level',
  regex: new RegExp(`^(${LOWER}): {1,9}`),
  read: (match, rest) => said('level', match[1], rest),
}

/** `time=… level=INFO msg="…" key=value`: Go slog, logrus, structlog's and anybody's logfmt */
const logfmt: Pattern = {
  name: 'logfmt',
  regex: /^(?=[A-Za-z_@][\w.@-]{0,64}=)/,
  read: (_match, rest) => {
    if (!rest.includes('level=') && !rest.includes('lvl=')) return undefined
    const fields = readLogfmt(rest)
    if (fields === undefined) return undefined
    const levelKey = ['level', 'lvl'].find((key) => typeof fields[key] === 'string')
    const textKey = ['msg', 'message', 'event'].find((key) => typeof fields[key] === 'string')
    if (levelKey === undefined || textKey === undefined) return undefined
    const slog = rest.startsWith('time=') && levelKey === 'level' && textKey === 'msg'
    const attributes = copyWithout(fields, [levelKey, textKey])
    return said(
      slog ? 'slog' : 'logfmt',
      goLevel(String(fields[levelKey])),
      String(fields[textKey]),
      undefined,
      attributes,
    )
  },
}

/** slog writes levels between its four as `INFO+2`. */
const goLevel = (word: string): string => word.split(/[+-]/, 1)[0] ?? word

/** `name - ERROR - msg` */
const nameDashes: Pattern = {
  name: 'python-logging',
  regex: new RegExp(`^([A-Za-z_][\\w.-]{0,127}) - (${UPPER}) - `),
  read: (match, rest) => said('python-logging', match[2], rest, match[1]),
}

/** `/srv/app/x.py:12: DeprecationWarning: msg`, and the source line below it */
const pythonWarning: Pattern = {
  name: 'python-warning',
  regex: /^((?:\/|[A-Za-z]:\\|<)[^:\n]{0,400}|[\w./-]{1,400}\.py):(\d{1,7}): (\w{0,100}Warning): /,
  read: (match, rest) =>
    said('python-warning', 'warning', `${match[3]}: ${rest}`, undefined, {
      'code.file.path': match[1] ?? '',
      'code.line.number': Number(match[2]),
    }),
}

/** `(node:123) DeprecationWarning: msg` */
const nodeWarning: Pattern = {
  name: 'node-warning',
  regex: /^\(node:\d{1,9}\) (?:\[(\w{1,40})\] )?(?=\w{0,100}Warning: )/,
  read: (match, rest) =>
    said('node-warning', 'warning', rest, undefined, match[1] === undefined ? {} : { code: match[1] }),
}

/** ` INFO target: msg`: tracing without its stamp pads the level on the left */
const tracing: Pattern = {
  name: 'tracing',
  regex: /^ {0,1}(TRACE|DEBUG| INFO| WARN|ERROR) (?=[\w-]{1,64}(?:::|: |\{))/,
  read: (match, rest) => readTracing(match[1], rest),
}

export const UPPER_FIRST: readonly Pattern[] = [
  pythonLogging,
  uvicorn,
  upper,
  nameDashes,
  logfmt,
  pythonWarning,
]
/** A capital and then a small letter begin no level word. */
export const CAPITAL_FIRST: readonly Pattern[] = [logfmt, nameDashes, pythonWarning]
export const LOWER_FIRST: readonly Pattern[] = [dotnet, lower, logfmt, nameDashes, pythonWarning]
export const BRACKET_FIRST: readonly Pattern[] = [bracket, labelled]
export const SLASH_FIRST: readonly Pattern[] = [pythonWarning]
export const PAREN_FIRST: readonly Pattern[] = [nodeWarning]
export const SPACE_FIRST: readonly Pattern[] = [tracing]

export const ALL: readonly Pattern[] = [
  ...UPPER_FIRST,
  ...LOWER_FIRST,
  ...BRACKET_FIRST,
  ...PAREN_FIRST,
  ...SPACE_FIRST,
]
