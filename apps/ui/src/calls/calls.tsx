/** To be written. */
export const Calls = () => null
