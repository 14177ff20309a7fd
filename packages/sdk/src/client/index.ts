/** Logging for MCP clients. */
export { defaultLogHandler, type TextLogger } from '../sink/default-handler.ts'
export * from './capture/index.ts'
export { type Collected, type CollectOptions, collect } from './collect.ts'
export * from './connect/index.ts'
export {
  type FlushOptions,
  type FlushReport,
  type Handler,
  type HandlerFailure,
  type HandlerOptions,
  type HandlerStats,
  type Logging,
  type LoggingStats,
  type PerServer,
  perServer,
} from './handlers.ts'
export { setLevel } from './level.ts'
export { type Observation, type ObserveOptions, observe } from './observe.ts'
export { type TraceContext, type TraceSetting, withTrace } from './trace.ts'
export type { ClientWarning, OnWarning } from './warnings.ts'
