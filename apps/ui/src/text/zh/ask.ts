import type { Messages } from '../index.tsx'

export const ask: Messages['ask'] = {}
