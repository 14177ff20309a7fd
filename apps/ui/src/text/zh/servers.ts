import type { Messages } from '../index.tsx'

export const servers: Messages['servers'] = {}
