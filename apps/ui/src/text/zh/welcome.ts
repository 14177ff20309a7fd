import type { Messages } from '../index.tsx'

export const welcome: Messages['welcome'] = {}
