/** Patterns of what follows a full stamp (date and time, possibly in brackets), first match wins. */
import { ANY, LOWER, UPPER } from '../words.ts'
import { said, saidWithTail } from './said.ts'
import type { Pattern } from './types.ts'

/** ` | INFO     | module:function:12 - msg` */
const loguru: Pattern = {
  name: 'loguru',
  regex: /^ \| ([A-Z]{3,12}) {0,9}\| ([^\s:]{1,128}):([^\s:]{1,128}):(\d{1,7}) - /,
  read: (match, rest) =>
    said('loguru', match[1], rest, match[2], {
      'code.function.name': match[3] ?? '',
      'code.line.number': Number(match[4]),
    }),
}

/** ` | WARNING | name | msg`, the name if there is one. */
const pipes: Pattern = {
  name: 'python-asctime',
  regex: new RegExp(`^ \\| (${UPPER}) {0,9}\\| (?:([^\\s|]{1,128}) {0,32}\\| )?`),
  read: (match, rest) => said('python-asctime', match[1], rest, match[2]),
}

/** ` - name - WARNING - msg` and ` - WARNING - msg` */
const dashes: Pattern = {
  name: 'python-asctime',
  regex: new RegExp(`^ - (?:([^\\s]{1,128}) {0,32}- )?(${UPPER}) {0,9}- `),
  read: (match, rest) => said('python-asctime', match[2], rest, match[1]),
}

/** ` [info     ] event   key=value`, and ` [info     ] event   [name] key=value` */
const structlog: Pattern = {
  name: 'structlog',
  regex: /^ \[([a-z]{4,8} {1,5})\] /,
  read: (match, rest) => {
    if (match[1]?.length !== 9) return undefined
    const result = saidWithTail('structlog', match[1], rest)
    const logger = /\s\[([^\s[\]]{1,128})\]$/.exec(result?.message.slice(-132) ?? '')
    if (result === undefined || logger === null) return result
    result.logger = logger[1] ?? ''
    result.message = result.message.slice(0, -logger[0].length).trimEnd()
    return result
  },
}

/** ` [WARNING] name: msg` and ` [info] msg`; only Python's stamp makes the word before the colon a logger. */
const bracketLevel: Pattern = {
  name: 'stamped',
  regex: new RegExp(`^ ?\\[(${ANY}) {0,8}\\][ :]{0,2}`),
  read: (match, rest, stamp) => pythonOr('stamped', match[1], rest, stamp.comma),
}

/** ` [server] [info] msg`, ` [label] info: msg`, ` [main] INFO  name - msg` */
const labelled: Pattern = {
  name: 'stamped',
  regex: new RegExp(
    `^ \\[([^\\]]{1,64})\\] (?:\\[(${ANY})\\] ?|(${ANY}): |(${UPPER}) {1,8}(?:([^\\s:]{1,128}) {1,32}--? )?)`,
  ),
  read: (match, rest) =>
    match[4] === undefined
      ? said('stamped', match[2] ?? match[3], rest, match[1])
      : said('logback', match[4], rest, match[5], { 'thread.name': match[1] ?? '' }),
}

/** `  INFO 1 --- [main] name : msg` */
const spring: Pattern = {
  name: 'spring-boot',
  regex: new RegExp(`^ {1,2}(${UPPER}) {1,5}\\d{1,9} --- \\[[^\\n]{0,80}\\] ([^\\s\\]]{1,128}) {1,40}: `),
  read: (match, rest) => said('spring-boot', match[1], rest, match[2]),
}

/** ` INFO (name/123): msg` with the date that pino-pretty can be told to write. */
const pinoPretty: Pattern = {
  name: 'pino-pretty',
  regex: new RegExp(
    `^ (${UPPER}) {0,4}\\((?:([^()\\n]{1,128})/)?\\d{1,9}(?: on [^()\\n]{1,128})?\\):(?: |$)`,
  ),
  read: (match, rest) => said('pino-pretty', match[1], rest, match[2]),
}

/** `  INFO span{id=1}: target: msg key=value` after an RFC 3339 stamp; ` INFO name: msg` and ` INFO msg` else. */
const bare: Pattern = {
  name: 'stamped',
  regex: new RegExp(`^ {1,3}(${UPPER})(?: ?: |:? {1,9})`),
  read: (match, rest, stamp) => {
    if (stamp.rfc3339) return readTracing(match[1], rest)
    return stamp.comma ? pythonOr('stamped', match[1], rest, true) : saidWithTail('stamped', match[1], rest)
  },
}

/** ` info: msg` */
const lower: Pattern = {
  name: 'stamped',
  regex: new RegExp(`^ (${LOWER}): {1,9}`),
  read: (match, rest) => said('stamped', match[1], rest),
}

const PYTHON_NAME = /^([A-Za-z_][\w.-]{0,127}): /

const pythonOr = (pattern: string, word: string | undefined, rest: string, python: boolean) => {
  if (!python) return said(pattern, word, rest)
  const name = PYTHON_NAME.exec(rest)
  return said('python-asctime', word, rest.slice(name?.[0].length ?? 0), name?.[1])
}

const SPAN = /^([\w-]{1,64})(?:\{[^{}]{0,400}\})?:/
const TARGET = /^([\w-]{1,64}(?:::[\w-]{1,64}){0,12}): /

/** Spans, then the target, then the message with its fields; each is optional. */
export const readTracing = (word: string | undefined, rest: string) => {
  let at = 0
  const spans: string[] = []
  for (;;) {
    const head = rest.slice(at, at + 512)
    // Spans follow each other without a space; after one, the target comes.
    const target = at > 0 && rest[at - 1] !== ' ' ? null : TARGET.exec(head)
    if (target !== null) {
      const result = saidWithTail('tracing', word, rest.slice(at + target[0].length), target[1])
      if (result !== undefined && spans.length > 0) result.attributes.spans = spans
      return result
    }
    const span = SPAN.exec(head)
    if (span === null || spans.length === 16) return saidWithTail('tracing', word, rest)
    spans.push(span[0].slice(0, -1))
    at += span[0].length
    if (rest[at] === ' ') at++
  }
}

/** ` INFO  target] msg`, the bracket having been opened before the stamp. */
export const envLogger: Pattern = {
  name: 'env-logger',
  regex: new RegExp(`^ (${UPPER}) {1,2}([^\\s\\]]{1,128})\\] `),
  read: (match, rest) => said('env-logger', match[1], rest, match[2]),
}

export const STAMPED: readonly Pattern[] = [
  loguru,
  pipes,
  dashes,
  structlog,
  bracketLevel,
  labelled,
  spring,
  pinoPretty,
  bare,
  lower,
]

export const STAMPED_PARTS = [
  { name: 'python-name', regex: PYTHON_NAME },
  { name: 'tracing-span', regex: SPAN },
  { name: 'tracing-target', regex: TARGET },
]
