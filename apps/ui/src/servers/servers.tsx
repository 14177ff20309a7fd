/** To be written. */
export const Servers = () => null
