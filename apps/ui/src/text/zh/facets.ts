import type { Messages } from '../index.tsx'

export const facets: Messages['facets'] = {}
