/** To be written. */
export const RecordPanel = (_: { id: string }) => null
