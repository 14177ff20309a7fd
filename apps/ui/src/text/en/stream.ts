export const stream = {}
