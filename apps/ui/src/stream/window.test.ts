import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LogRecord } from '../api/client.ts'
import {
  append,
  appendPage,
  asRows,
  endOf,
  fillSkipped,
  keyOf,
  olderEdge,
  prependPage,
  type Row,
  rowOf,
  type SkippedRow,
  startOf,
  type Window,
} from './window.ts'

const record = { level: 'info', message: '' } as LogRecord

/** A store in which every third position matches the question. */
const matching = (after: number, before: number): number[] =>
  Array.from({ length: Math.max(0, before - after - 1) }, (_, index) => after + 1 + index).filter(
    (position) => position % 3 === 0,
  )

const items = (positions: readonly number[]) => positions.map((position) => ({ position, record }))

const CAP = 12
const PAGE = 5

const older = (before: number) => {
  const all = matching(0, before)
  return { items: items(all.slice(-PAGE)), more: all.length > PAGE }
}

const newer = (after: number, last: number) => {
  const all = matching(after, last + 1)
  return { items: items(all.slice(0, PAGE)), more: all.length > PAGE, last }
}

const filling = ({ after, before }: SkippedRow) => {
  const all = matching(after, before)
  return { items: items(all.slice(0, PAGE)), more: all.length > PAGE }
}

/** What is wrong with a window, of a store that ends at `last`. */
const faultsOf = (window: Window, last: number): string[] => {
  const faults: string[] = []
  const { rows, upTo } = window
  const told: number[] = []
  for (const [index, row] of rows.entries()) {
    const before = rows[index - 1]
    if (before !== undefined && startOf(row) <= endOf(before))
      faults.push(`${keyOf(row)} after ${keyOf(before)}`)
    if (row.kind === 'record') told.push(row.position)
    else {
      const hidden = matching(row.after, row.before)
      if (hidden.length !== row.count) faults.push(`${row.count} told, ${hidden.length} skipped`)
      told.push(...hidden)
    }
  }
  const [first] = rows
  const from = first === undefined ? upTo + 1 : startOf(first)
  const expected = matching(from - 1, upTo + 1)
  if (told.join() !== expected.join()) faults.push(`${told} instead of ${expected}`)
  if (!window.older && matching(0, from).length > 0) faults.push('something older, and nobody says so')
  if (!window.newer && matching(upTo, last + 1).length > 0) faults.push('something newer, and nobody says so')
  return faults
}

describe('the window', () => {
  it('never has a row twice, out of order, or a hole that no row tells of, whatever is loaded and evicted', () => {
    const action = fc.oneof(
      fc.record({ kind: fc.constant('arrive' as const), count: fc.integer({ min: 1, max: 20 }) }),
      fc.record({ kind: fc.constant('skip' as const), count: fc.integer({ min: 3, max: 40 }) }),
      fc.record({ kind: fc.constant('older' as const), count: fc.constant(1) }),
      fc.record({ kind: fc.constant('newer' as const), count: fc.constant(1) }),
      fc.record({ kind: fc.constant('stale' as const), count: fc.constant(1) }),
      fc.record({ kind: fc.constant('fill' as const), count: fc.constant(1) }),
    )
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), fc.integer({ min: 0, max: 90 }), (actions, start) => {
        let last = start
        const first = older(last + 1)
        let window: Window = { rows: asRows(first.items), older: first.more, newer: false, upTo: last }
        // Pages that were asked for earlier, and come when the rows have moved on.
        let late = { before: olderEdge(window), after: window.upTo, last }
        for (const { kind, count } of actions) {
          if (kind === 'arrive' || kind === 'skip') {
            const from = last
            last += count
            if (window.newer) continue
            const came = matching(from, last + 1)
            const arrivals: Row[] =
              kind === 'skip' && came.length > 1
                ? [
                    {
                      kind: 'skipped',
                      count: came.length - 1,
                      after: from,
                      before: came.at(-1) ?? 0,
                    },
                    ...asRows(items(came.slice(-1))),
                  ]
                : asRows(items(came))
            window = append(window, arrivals, CAP)
          }
          if (kind === 'older' && window.rows.length > 0)
            window = prependPage(window, olderEdge(window), older(olderEdge(window)), CAP)
          if (kind === 'newer') window = appendPage(window, window.upTo, newer(window.upTo, last), CAP)
          if (kind === 'stale') {
            window = prependPage(window, late.before, older(late.before), CAP)
            window = appendPage(window, late.after, newer(late.after, late.last), CAP)
            late = { before: olderEdge(window), after: window.upTo, last }
            if (!window.newer && matching(window.upTo, last + 1).length > 0)
              window = { ...window, newer: true }
          }
          if (kind === 'fill') {
            const row = window.rows.find((one) => one.kind === 'skipped')
            if (row?.kind === 'skipped') window = fillSkipped(window, row, filling(row))
          }
          expect(faultsOf(window, last)).toEqual([])
        }
      }),
      { numRuns: 500 },
    )
  })

  it('keeps no more than its cap, and says that more is at the end where rows went', () => {
    const full: Window = { rows: asRows(items(matching(0, 40))), older: false, newer: false, upTo: 39 }
    const appended = append(full, asRows(items([42])), CAP)
    expect(appended.rows.length).toBe(CAP)
    expect(appended).toMatchObject({ older: true, newer: false, upTo: 42 })
    const [row] = appended.rows
    const prepended = prependPage(appended, olderEdge(appended), older(olderEdge(appended)), CAP)
    expect(prepended.rows.length).toBe(CAP)
    expect(prepended.newer).toBe(true)
    expect(rowOf(prepended.rows, row && keyOf(row))).toBe(row)
    expect(prepended.upTo).toBe(endOf(prepended.rows.at(-1) as Row))
  })

  it('knows rows by their keys', () => {
    const rows: Row[] = [
      ...asRows(items([3])),
      { kind: 'skipped', count: 2, after: 3, before: 12 },
      ...asRows(items([12])),
    ]
    expect(rowOf(rows, 3)).toBe(rows[0])
    expect(rowOf(rows, 3.5)).toBe(rows[1])
    expect(rowOf(rows, 12)).toBe(rows[2])
    expect(rowOf(rows, 4)).toBeUndefined()
    expect(rowOf(rows, undefined)).toBeUndefined()
  })
})
