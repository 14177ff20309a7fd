import type { Messages } from '../index.tsx'

export const status: Messages['status'] = {}
