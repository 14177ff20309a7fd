/** What one line says by itself, before lines are put together. */
import type { Attributes, Level } from '../../record/index.ts'

export interface Said {
  message: string
  attributes: Attributes
  level?: Level
  logger?: string
  /** Unix epoch milliseconds. */
  time?: number
  traceId?: string
  spanId?: string
  /** Present exactly when `level` is: it names what the level was read by. */
  pattern?: string
  json?: Attributes
}

export const saidNothing = (message: string): Said => ({ message, attributes: {} })
