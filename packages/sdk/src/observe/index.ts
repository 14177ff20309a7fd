/** MCP traffic -> records. Pure; every capture feeds it. */
export * from './endings.ts'
export { META, metaOf, readTraceparent, type Trace } from './meta.ts'
export { createObserver } from './observer.ts'
export type { RequestId } from './rpc.ts'
export * from './session.ts'
export * from './types.ts'
