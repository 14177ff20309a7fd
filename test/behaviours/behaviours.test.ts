/**
 * Every row of the list of behaviours, on every transport, for SDK v1, v2 in the legacy era and v2 in the modern era. The last
 * test holds `docs/behaviours.md` to what this run gave; `UPDATE_DOCS=1` writes it.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cellName, cells, createResults } from './matrix.ts'
import { buildPrograms, removePrograms } from './programs.ts'
import type { Row } from './row.ts'
import { callRows } from './rows/calls.ts'
import { callLogRows } from './rows/calls-logged.ts'
import { delivery } from './rows/delivery.ts'
import { levelRows } from './rows/levels.ts'
import { processRows } from './rows/process.ts'
import { robustRows } from './rows/robust.ts'
import type { Cell } from './serve.ts'

const rows = [...delivery, ...levelRows, ...callRows, ...callLogRows, ...processRows, ...robustRows].sort(
  (a, b) => a.number - b.number,
)
const results = createResults()

const DOCS = fileURLToPath(new URL('../../docs/behaviours.md', import.meta.url))
const MATRIX = fileURLToPath(new URL('../../.cache/behaviours.md', import.meta.url))

for (const cell of cells)
  for (const row of rows) {
    const reason = row.cannot?.(cell)
    if (reason !== undefined) results.set(row, cell, { cannot: reason })
  }

const applies = (cell: Cell): Row[] => rows.filter((row) => row.cannot?.(cell) === undefined)
const used = cells.filter((cell) => applies(cell).length > 0).map((cell) => ({ name: cellName(cell), cell }))

describe.each(used)('$name', { concurrent: true }, ({ cell }) => {
  for (const row of applies(cell))
    test(`row ${row.number}: ${row.title}`, async () => {
      await row.show(cell)
      results.set(row, cell, { holds: true })
    })
})

beforeAll(buildPrograms)

afterAll(() => {
  removePrograms()
  mkdirSync(dirname(MATRIX), { recursive: true })
  writeFileSync(MATRIX, results.page(rows))
})

describe('docs/behaviours.md', () => {
  test('has every row that is not the gateway’s', () => {
    const gateways = [15, 16, 17, 32, 37]
    const expected = Array.from({ length: 37 }, (_, n) => n + 1).filter((n) => !gateways.includes(n))
    expect(rows.map(({ number }) => number)).toEqual(expected)
  })

  test('shows what this run gave', () => {
    const page = results.page(rows)
    if (process.env.UPDATE_DOCS === '1') writeFileSync(DOCS, page)
    expect(existsSync(DOCS) ? readFileSync(DOCS, 'utf8') : '').toBe(page)
  })
})
