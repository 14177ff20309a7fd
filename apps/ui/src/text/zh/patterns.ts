import type { Messages } from '../index.tsx'

export const patterns: Messages['patterns'] = {}
