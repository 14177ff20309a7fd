/** MCP traffic -> records. Pure; every capture feeds it. */
export * from './endings.ts'
export { createObserver } from './observer.ts'
export * from './session.ts'
export * from './types.ts'
