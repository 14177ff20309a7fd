export const histogram = {}
