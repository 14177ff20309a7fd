/** The record, its levels, ids and bounds, and safe JSON. Imports nothing above it; runs in the browser too. */
export * from './cut.ts'
export * from './describe.ts'
export * from './ids.ts'
export * from './json.ts'
export * from './levels.ts'
export * from './types.ts'
export * from './visible.ts'
export * from './wire.ts'
