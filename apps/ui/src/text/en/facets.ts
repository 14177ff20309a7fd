export const facets = {}
