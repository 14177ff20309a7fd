/** What one line says by itself, before lines are put together. `pattern` is present exactly when `level` is. */
import type { LineGroup } from './types.ts'

export type Said = Omit<LineGroup, 'first' | 'from' | 'to' | 'truncated'>

export const saidNothing = (message: string): Said => ({ message, attributes: {} })
