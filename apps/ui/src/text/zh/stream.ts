import type { Messages } from '../index.tsx'

export const stream: Messages['stream'] = {}
