/** To be written. */
export const StatusBar = () => null
