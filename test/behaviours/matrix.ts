/** The matrix: what held for each row in each cell, as `docs/behaviours.md` shows it. */

import type { Row } from './row.ts'
import { type Cell, LINES, WAYS } from './serve.ts'

/** `ok`, or why the cell cannot apply. A cell that failed has no result. */
export type Result = { holds: true } | { cannot: string }

export const cells: readonly Cell[] = LINES.flatMap((line) => WAYS.map((way) => ({ line, way })))

export const cellName = ({ line, way }: Cell): string => `${line}, ${way}`

const HEADINGS: Record<Cell['way'], string> = {
  'in-memory': 'memory',
  stdio: 'stdio',
  'http stateful': 'stateful',
  'http stateless': 'stateless',
  'http json': 'JSON',
}

const INTRODUCTION = `# Behaviours

What logging with Logboom does, case by case, on every transport and in both eras of MCP. The model is FastMCP for Python: K is what it does
and we keep, F is where it fails and we do better. Rows on proxies and mounts (15–17, 32, 37) belong to the gateway and are not here yet.

The tests in \`test/behaviours\` run every cell and write this page; a cell that cannot apply names its reason below.
\`✓\` holds, a letter cannot apply, \`✗\` did not hold.
`

const key = (row: Row, cell: Cell): string => `${row.number} ${cellName(cell)}`

export const createResults = () => {
  const results = new Map<string, Result>()
  return {
    set: (row: Row, cell: Cell, result: Result): void => void results.set(key(row, cell), result),
    /** Markdown of the whole page. */
    page(rows: readonly Row[]): string {
      const reasons: string[] = []
      const letter = (reason: string): string => {
        if (!reasons.includes(reason)) reasons.push(reason)
        return String.fromCharCode(97 + reasons.indexOf(reason))
      }
      const mark = (row: Row, cell: Cell): string => {
        const result = results.get(key(row, cell))
        if (result === undefined) return '✗'
        return 'holds' in result ? '✓' : letter(result.cannot)
      }
      const tables = LINES.map((line) => {
        const head = `| row | case | ${WAYS.map((way) => HEADINGS[way]).join(' | ')} |`
        const rule = `| --- | --- | ${WAYS.map(() => ':-:').join(' | ')} |`
        const body = rows.map(
          (row) =>
            `| ${row.number} ${row.kind} | ${row.title} | ${WAYS.map((way) => mark(row, { line, way })).join(' | ')} |`,
        )
        const name = { v1: 'SDK v1', 'v2 legacy': 'SDK v2, legacy era', 'v2 modern': 'SDK v2, modern era' }[
          line
        ]
        return [`## ${name}`, '', head, rule, ...body].join('\n')
      })
      const list = reasons.map((reason, index) => `- ${String.fromCharCode(97 + index)}: ${reason}`)
      return `${[INTRODUCTION, ...tables, ['## Cells that cannot apply', '', ...list].join('\n')].join('\n\n').replace(/\n{3,}/g, '\n\n')}\n`
    },
  }
}
