import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LogRecord } from '../record/index.ts'
import { isExit, type RunTracker, type TrackerState, trackRun } from './endings.ts'
import { makeRecord, makeStart, runId } from './testing.ts'

const track = (records: readonly LogRecord[], headDeleted = false) => {
  const tracker = trackRun(runId(1))
  if (headDeleted) tracker.cut()
  for (const record of records) tracker.see(record)
  return tracker
}

const drop = (seq: number, reason: string, records: number): LogRecord =>
  makeRecord(seq, { source: 'lifecycle', level: 'warning', attributes: { event: 'drop', reason, records } })

const outcome = (seq: number, call: string): LogRecord => {
  const start = makeStart(seq, call)
  return { ...start, call: { ...start.call, status: 'ok', durationMs: 5 } as LogRecord['call'] & object }
}

describe('the end of a killed run', () => {
  const records = [
    makeRecord(0),
    makeStart(1, 'a'),
    makeStart(2, 'b', { traceId: 'f'.repeat(32) }),
    outcome(3, 'a'),
    makeStart(4, 'c'),
    makeRecord(5, { observed: 1_760_000_000_500 }),
    makeRecord(6, { observed: 1_760_000_000_400 }),
  ]

  test('is an exit, and a lost outcome for each open call before it, numbered on from the last record', () => {
    const [b, c, exit, ...more] = track(records).endings()
    expect(more).toEqual([])
    expect(b).toMatchObject({ seq: 7, level: 'error', source: 'call', run: runId(1), server: 'analytics' })
    expect(b?.call).toMatchObject({
      id: 'b',
      status: 'lost',
      tool: 'add',
      requestId: 2,
      attribution: 'exact',
    })
    expect(b?.traceId).toBe('f'.repeat(32))
    expect(c).toMatchObject({ seq: 8, call: { id: 'c', status: 'lost' } })
    expect(exit).toMatchObject({
      seq: 9,
      level: 'error',
      source: 'lifecycle',
      observed: 1_760_000_000_500,
      attributes: { event: 'exit', lostCalls: 2 },
    })
    expect(exit !== undefined && isExit(exit)).toBe(true)
    expect(exit).not.toHaveProperty('call')
  })

  test('is the same for whoever derives it, and each record has an id of its own', () => {
    expect(track(records).endings()).toEqual(track(records).endings())
    expect(
      new Set(
        track(records)
          .endings()
          .map(({ id }) => id),
      ).size,
    ).toBe(3)
  })

  test('is nothing where no record is', () => {
    expect(track([]).endings()).toEqual([])
  })

  test('an exit record ends the run', () => {
    const exit = makeRecord(1, { source: 'lifecycle', attributes: { event: 'exit', code: 0 } })
    expect(track([makeRecord(0)]).exited).toBe(false)
    expect(track([makeRecord(0), exit]).exited).toBe(true)
    expect(isExit({ ...exit, source: 'stderr' })).toBe(false)
  })
})

describe('missing records', () => {
  test('a gap is missing as far as no drop record explains it', () => {
    expect(track([makeRecord(0), makeRecord(1)]).missing()).toBe(0)
    expect(track([makeRecord(0), makeRecord(4)]).missing()).toBe(3)
    expect(track([makeRecord(0), drop(4, 'overflow', 3)]).missing()).toBe(0)
    expect(track([makeRecord(0), drop(4, 'overflow', 2), makeRecord(6)]).missing()).toBe(2)
    expect(track([makeRecord(2)]).missing()).toBe(2)
  })

  test('what the budget deleted took no number of this run', () => {
    expect(track([makeRecord(0), drop(4, 'budget', 1000)]).missing()).toBe(3)
  })

  test('the numbers of deleted segments are not missing', () => {
    expect(track([makeRecord(700), makeRecord(701), makeRecord(703)], true).missing()).toBe(1)
  })

  test('one damaged number does not make all others missing', () => {
    expect(track([0, 1, 9_000_000, 3, 4].map((seq) => makeRecord(seq))).missing()).toBe(0)
    expect(track([0, 1, 9_000_000, 5].map((seq) => makeRecord(seq))).missing()).toBe(2)
  })
})

describe('a tracker that goes on where another one was', () => {
  const START = fc.record({ kind: fc.constant('start' as const), call: fc.integer({ min: 0, max: 3 }) })
  const step = fc.oneof(
    fc.record({ kind: fc.constant('record' as const), skip: fc.integer({ min: 0, max: 4 }) }),
    START,
    fc.record({ kind: fc.constant('outcome' as const), call: fc.integer({ min: 0, max: 3 }) }),
    fc.record({
      kind: fc.constant('drop' as const),
      reason: fc.constantFrom('overflow', 'budget'),
      records: fc.integer({ min: 0, max: 6 }),
    }),
    fc.record({ kind: fc.constant('damaged' as const), seq: fc.integer({ min: 0, max: 10_000 }) }),
    fc.record({ kind: fc.constant('exit' as const) }),
  )
  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

  const recordsOf = (steps: readonly Step[]): LogRecord[] => {
    let seq = 0
    return steps.map((made): LogRecord => {
      const now = seq++
      switch (made.kind) {
        case 'record':
          seq += made.skip
          return makeRecord(now, { logger: 'app', redacted: 1, traceId: 'f'.repeat(32) })
        case 'start':
          return makeStart(now, `call ${made.call}`)
        case 'outcome':
          return outcome(now, `call ${made.call}`)
        case 'drop':
          seq += made.records
          return drop(seq++, made.reason, made.records)
        case 'damaged':
          return makeRecord(made.seq, { observed: 1_760_000_000_000 + now })
        default:
          return makeRecord(now, { source: 'lifecycle', attributes: { event: 'exit', code: 0 } })
      }
    })
  }

  const told = (tracker: RunTracker) => ({
    endings: tracker.endings(),
    missing: tracker.missing(),
    exited: tracker.exited,
    open: tracker.open(),
    state: tracker.state(),
  })

  test('tells the same as one that saw it all, wherever the cut is', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40 }),
        fc.array(fc.nat(40), { maxLength: 4 }),
        fc.boolean(),
        (steps, cuts, headDeleted) => {
          const records = recordsOf(steps)
          let tracker = trackRun(runId(1))
          if (headDeleted) tracker.cut()
          for (const [index, record] of records.entries()) {
            if (cuts.includes(index)) {
              // As a store keeps it: JSON, the open calls apart and in an order of its own.
              const state = JSON.parse(JSON.stringify(tracker.state())) as TrackerState
              const open = JSON.parse(JSON.stringify(tracker.open().reverse())) as LogRecord[]
              tracker = trackRun(runId(1), { state, open })
            }
            tracker.see(record)
          }
          expect(told(tracker)).toEqual(told(track(records, headDeleted)))
        },
      ),
      { numRuns: 500 },
    )
  })

  test('segments deleted unread are not missing, and what was missing before stays so', () => {
    const tracker = track([makeRecord(0), makeRecord(3)])
    tracker.cut()
    tracker.see(makeRecord(900))
    tracker.see(makeRecord(902))
    expect(tracker.missing()).toBe(3)
  })
})
