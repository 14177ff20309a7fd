/** What the table of tools shows, and in which order. */
import type { Tool } from '../api/client.ts'

export const COLUMNS = [
  'tool',
  'server',
  'calls',
  'open',
  'errorRate',
  'p50',
  'p95',
  'p99',
  'request',
  'response',
  'trend',
  'lastError',
] as const
export type Column = (typeof COLUMNS)[number]

/** A column and its direction, as the settings keep it: `-calls` is most first. */
export interface Order {
  column: Column
  descending: boolean
}

/** Nobody sorts by a picture. */
export const isSortable = (column: Column): boolean => column !== 'trend'

export const readOrder = (kept: string): Order => {
  const column = COLUMNS.find((name) => name === kept.replace(/^-/, ''))
  return column === undefined || !isSortable(column)
    ? { column: 'calls', descending: true }
    : { column, descending: kept.startsWith('-') }
}

export const writeOrder = ({ column, descending }: Order): string => `${descending ? '-' : ''}${column}`

/** Names rise at first, numbers fall: the many, the slow and the broken are what is looked for. */
export const nextOrder = (now: Order, column: Column): Order =>
  now.column === column
    ? { column, descending: !now.descending }
    : { column, descending: column !== 'tool' && column !== 'server' }

type Key = string | number | undefined

const keyOf = (tool: Tool, column: Column): Key => {
  switch (column) {
    case 'tool':
      return nameOf(tool)
    case 'request':
    case 'response':
      return tool.sizes?.[column]?.p50
    case 'lastError':
      return tool.lastError?.record.time
    case 'trend':
      return undefined
    default:
      return tool[column]
  }
}

/** What is called: the tool, or the method where there is none. */
export const nameOf = ({ tool, method }: Pick<Tool, 'tool' | 'method'>): string => tool ?? method

const compare = (a: Key, b: Key): number =>
  typeof a === 'string' || typeof b === 'string' ? String(a).localeCompare(String(b)) : (a ?? 0) - (b ?? 0)

/** In this order; what has no value comes last either way, and equals keep the order of their names. */
export const sortTools = (tools: readonly Tool[], { column, descending }: Order): Tool[] =>
  [...tools].sort((a, b) => {
    const [first, second] = [keyOf(a, column), keyOf(b, column)]
    if (first === undefined || second === undefined)
      return first === second ? byName(a, b) : first === undefined ? 1 : -1
    return (descending ? -1 : 1) * compare(first, second) || byName(a, b)
  })

const byName = (a: Tool, b: Tool): number =>
  nameOf(a).localeCompare(nameOf(b)) || a.server.localeCompare(b.server)
