/** To be written. */
export const AskBox = () => null
