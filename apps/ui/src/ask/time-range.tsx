/** To be written. */
export const TimeRange = () => null
