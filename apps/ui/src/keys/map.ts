/** Every key of the page. A component does what a key means (`useKey`); the help behind `?` lists them from here. */

/** As `KeyboardEvent.key` has them; a capital is with shift. */
export const KEYS = {
  search: ['/'],
  down: ['j', 'ArrowDown'],
  up: ['k', 'ArrowUp'],
  open: ['Enter'],
  back: ['Escape'],
  pause: [' '],
  live: ['G', 'End'],
  top: ['g', 'Home'],
  nextError: ['e'],
  previousError: ['E'],
  wrap: ['w'],
  time: ['t'],
  density: ['d'],
  context: ['c'],
  earlier: ['['],
  later: [']'],
  copy: ['y'],
  filterIn: ['f'],
  filterOut: ['x'],
  mark: ['m'],
  histogram: ['h'],
  stream: ['1'],
  calls: ['2'],
  tools: ['3'],
  servers: ['4'],
  patterns: ['5'],
  help: ['?'],
} as const satisfies Record<string, readonly string[]>

export type KeyName = keyof typeof KEYS
