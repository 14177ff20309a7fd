/** How a level is told: by a word, a shape and a colour, so that none of them is needed alone. */
import { LEVELS, type Level } from '@logboom/sdk/record'

/** The token of each level's colour; what is above `critical` has its colour, and a shape of its own. */
export const LEVEL_COLOR: Readonly<Record<Level, string>> = {
  debug: '--debug',
  info: '--info',
  notice: '--notice',
  warning: '--warning',
  error: '--error',
  critical: '--critical',
  alert: '--critical',
  emergency: '--critical',
}

/** One character each, in every font. */
export const LEVEL_SHAPE: Readonly<Record<Level, string>> = {
  debug: '○',
  info: '●',
  notice: '◆',
  warning: '▲',
  error: '■',
  critical: '◼',
  alert: '◉',
  emergency: '✖',
}

export { LEVELS, type Level }
