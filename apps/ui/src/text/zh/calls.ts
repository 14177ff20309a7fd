import type { Messages } from '../index.tsx'

export const calls: Messages['calls'] = {}
