/** To be written. */
export const StoryPanel = (_: { id: string }) => null
