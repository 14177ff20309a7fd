/** To be written. */
export const CallPage = (_: { id: string }) => null
