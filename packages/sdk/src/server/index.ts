/** Logging for MCP servers: `withLogging` gives handlers a logger, `log` works anywhere below them. */
export { log, loggingStats } from './default-core.ts'
export type { ContextWithLog, ExtraWithLog, WithLogging } from './logged.ts'
export { type GuardOptions, guardStdout } from './stdout-guard.ts'
export type * from './types.ts'
export { withLogging } from './with-logging.ts'
