/** Records, calls and figures as text for a terminal. Pure: what goes in decides what comes out. */
export { createCallRenderer } from './calls.ts'
export type { RenderOptions } from './record.ts'
export { createStreamRenderer } from './stream.ts'
export { renderSummary } from './summary.ts'
export { visible } from './text.ts'
export { clip, displayWidth } from './width.ts'
