import type { Messages } from '../index.tsx'

export const record: Messages['record'] = {}
