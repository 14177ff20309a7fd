/** Logging for MCP clients. */
export * from './capture/index.ts'
export { type Collected, type CollectOptions, collect } from './collect.ts'
export { setLevel } from './level.ts'
export { type TraceContext, type TraceSetting, withTrace } from './trace.ts'
