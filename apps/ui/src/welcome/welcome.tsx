/** To be written. */
export const Welcome = () => null
