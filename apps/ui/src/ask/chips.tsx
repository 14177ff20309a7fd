/** To be written. */
export const Chips = () => null
