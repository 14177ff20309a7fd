/** One row of the matrix: a case, where it applies, and how it is shown. */
import type { Cell } from './serve.ts'

export interface Row {
  /** Its number in the list of behaviours; tests carry it. */
  number: number
  /** K: kept from FastMCP. F: better than FastMCP. */
  kind: 'K' | 'F'
  title: string
  /** Why the cell cannot apply, if it cannot. */
  cannot?: (cell: Cell) => string | undefined
  /** Shows it; throws where it does not hold. */
  show: (cell: Cell) => Promise<void>
}

export const NO_SESSION = 'the modern era has no sessions'
export const NO_STREAM =
  'a JSON response has no stream for the logs of a request (row 31 shows where they go)'

/** Modern servers have no sessions, so there is no stateful cell for any row. */
export const never = ({ line, way }: Cell): string | undefined =>
  line === 'v2 modern' && way === 'http stateful' ? NO_SESSION : undefined

export const onStream = ({ way }: Cell): string | undefined => (way === 'http json' ? NO_STREAM : undefined)

export const onlyStdio = ({ way }: Cell): string | undefined =>
  way === 'stdio' ? undefined : 'about the pipes of a child process'

export const onlyLegacy = ({ line }: Cell): string | undefined =>
  line === 'v2 modern' ? 'the modern era has no `logging/setLevel` (row 13 shows what it answers)' : undefined

export const onlyModern = ({ line }: Cell): string | undefined =>
  line === 'v2 modern' ? undefined : 'only modern requests ask for logs one by one'

/** The first reason that any of the checks gives. */
export const unless =
  (...checks: ((cell: Cell) => string | undefined)[]) =>
  (cell: Cell): string | undefined => {
    for (const check of checks) {
      const reason = check(cell)
      if (reason !== undefined) return reason
    }
    return undefined
  }
