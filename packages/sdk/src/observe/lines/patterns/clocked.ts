/** Patterns of what follows a time of day without a date: pino-pretty, logback. */
import { ANY, UPPER } from '../words.ts'
import { said } from './said.ts'
import type { Pattern } from './types.ts'

/** ` INFO (name/123): msg`; ` INFO: msg` when it leaves the process out. */
const pinoPretty: Pattern = {
  name: 'pino-pretty',
  regex: new RegExp(
    `^ (${UPPER}) {0,4}(?:\\((?:([^()\\n]{1,128})/)?\\d{1,9}(?: on [^()\\n]{1,128})?\\))?:(?: |$)`,
  ),
  read: (match, rest) => said('pino-pretty', match[1], rest, match[2]),
}

/** ` [main] INFO  name -- msg` */
const logback: Pattern = {
  name: 'logback',
  regex: new RegExp(`^ \\[([^\\]]{1,64})\\] (${UPPER}) {1,8}([^\\s:]{1,128}) {1,32}--? `),
  read: (match, rest) => said('logback', match[2], rest, match[3], { 'thread.name': match[1] ?? '' }),
}

/** ` [info] msg`, ` INFO msg` */
const plain: Pattern = {
  name: 'stamped',
  regex: new RegExp(`^ (?:\\[(${ANY})\\]:?|(${UPPER})) {1,9}`),
  read: (match, rest) => said('stamped', match[1] ?? match[2], rest),
}

export const CLOCKED: readonly Pattern[] = [pinoPretty, logback, plain]
