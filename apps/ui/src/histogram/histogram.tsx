/** To be written. */
export const Histogram = () => null
