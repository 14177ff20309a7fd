/** To be written. */
export const LiveButton = () => null
