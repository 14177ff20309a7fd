/** To be written. */
export const Stream = () => null
