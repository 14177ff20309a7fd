/**
 * Colours and shapes. Colour never says anything alone: a level is a shape and a word too, an outcome a word, a server
 * its name. The sixteen terminal colours only, so that the user's own theme decides the contrast.
 */
import type { Level } from '@logboom/sdk/record'
import pc from 'picocolors'

export type Paint = (text: string) => string

export interface Theme {
  level: (level: Level, text: string) => string
  server: (name: string, text: string) => string
  dim: Paint
  bold: Paint
  good: Paint
  bad: Paint
  warn: Paint
  /** What was looked for, in whatever colour it stands. */
  found: Paint
}

const SHAPES: Readonly<Record<Level, string>> = {
  debug: '○',
  info: '●',
  notice: '◆',
  warning: '▲',
  error: '■',
  critical: '✖',
  alert: '✖',
  emergency: '✖',
}

/** The shape that stands for a level beside its word. */
export const shape = (level: Level): string => SHAPES[level] ?? '●'

const LEVEL_COLOURS = {
  debug: 'dim',
  info: 'blue',
  notice: 'cyan',
  warning: 'yellow',
  error: 'red',
  critical: 'magentaBright',
  alert: 'magentaBright',
  emergency: 'magentaBright',
} as const satisfies Record<Level, keyof typeof pc>

// No red: it is for what went wrong.
const SERVER_COLOURS = [
  'cyan',
  'magenta',
  'green',
  'yellow',
  'blue',
  'cyanBright',
  'magentaBright',
  'greenBright',
  'yellowBright',
  'blueBright',
] as const

/** The same name has the same colour in every run and on every machine (upper half of its FNV-1a). */
export const serverColour = (name: string): (typeof SERVER_COLOURS)[number] => {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  return SERVER_COLOURS[(hash >>> 16) % SERVER_COLOURS.length] ?? 'cyan'
}

/** The theme with or without colours. */
export const createTheme = (color: boolean): Theme => {
  const paint = pc.createColors(color)
  return {
    level: (level, text) => paint[LEVEL_COLOURS[level] ?? 'blue'](text),
    server: (name, text) => paint[serverColour(name)](text),
    dim: paint.dim,
    bold: paint.bold,
    good: paint.green,
    bad: paint.red,
    warn: paint.yellow,
    found: paint.inverse,
  }
}
