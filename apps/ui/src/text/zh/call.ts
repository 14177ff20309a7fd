import type { Messages } from '../index.tsx'

export const call: Messages['call'] = {}
