/**
 * What a server's stderr says: lines of text in, messages with level, time, logger and fields out. Pure.
 *
 * `readLine` reads one line by the pattern of the library that wrote it; the grouper puts lines together that are one
 * message (a traceback, a wrapped record, a box). A line nobody knows has no level: it is never taken for an error.
 */
export { createGrouper, type GrouperSettings } from './grouper.ts'
export { LINE_PATTERNS, type LinePattern } from './patterns.ts'
export { readLine } from './read-line.ts'
export type { Said } from './said.ts'
export { stripAnsi, visible } from './text.ts'
export type { Clock, LocalTime } from './time.ts'
export type { Grouper, LineGroup, TextLine } from './types.ts'
