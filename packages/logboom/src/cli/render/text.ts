/** The lines of a text of unknown origin, safe for a terminal. */
import { visible } from '@logboom/sdk/record'

export { visible }

/** The lines of the text, each safe to print; line ends at the end of the text are dropped. */
export const visibleLines = (text: string): string[] => {
  let end = text.length
  while (end > 0 && (text[end - 1] === '\n' || text[end - 1] === '\r')) end--
  return text.slice(0, end).split(/\r?\n/).map(visible)
}
