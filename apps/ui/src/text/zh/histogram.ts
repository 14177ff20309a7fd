import type { Messages } from '../index.tsx'

export const histogram: Messages['histogram'] = {}
