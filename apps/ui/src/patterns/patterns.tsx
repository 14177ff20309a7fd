/** To be written. */
export const Patterns = () => null
