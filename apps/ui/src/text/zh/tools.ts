import type { Messages } from '../index.tsx'

export const tools: Messages['tools'] = {}
