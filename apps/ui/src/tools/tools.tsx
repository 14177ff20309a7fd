/** To be written. */
export const Tools = () => null
