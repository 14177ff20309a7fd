/** To be written. */
export const Facets = () => null
