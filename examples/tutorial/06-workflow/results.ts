/** What the tools answer, as the workflow reads it. */
import { z } from 'zod'

export const Analysis = z.object({ rows: z.number(), mean: z.number(), trend: z.number() })
export const Prediction = z.object({ next: z.number(), confidence: z.number() })
export const Stored = z.object({ id: z.number() })
