import { compile, parseQuery } from '@logboom/sdk/query'
import type { LogRecord } from '@logboom/sdk/record'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Tool } from '../api/client.ts'
import { START } from '../location/place.ts'
import { type CallList, withNewest, withOlder, withRetold } from './call-list.ts'
import { normsOf, suspicionOf } from './hung.ts'
import { lanesOf, scaleOf, shareOf, ticksOf } from './lanes.ts'
import { callsQuery, isQuick, sameTool, toggleQuick, withoutQuick } from './question.ts'
import { callAt } from './testing.ts'

const positions = ({ calls }: CallList) => calls.map(({ position }) => position)
const page = (from: number, to: number, more = true) => ({
  items: Array.from({ length: from - to + 1 }, (_, at) => callAt(from - at, { ms: 1 })),
  more,
})

describe('the list of calls', () => {
  test('grows at both ends, newest first, each call once', () => {
    let list = withNewest(undefined, page(20, 11))
    list = withOlder(list, page(12, 1, false))
    list = withNewest(list, page(25, 16))
    expect(positions(list)).toEqual(Array.from({ length: 25 }, (_, at) => 25 - at))
    expect(list.more).toBe(false)
  })

  test('begins anew where a page of the newest does not reach it: a hole would look like quiet', () => {
    const list = withNewest(withNewest(undefined, page(10, 1, false)), page(30, 21))
    expect(positions(list)[0]).toBe(30)
    expect(positions(list)).toHaveLength(10)
    expect(list.more).toBe(true)
  })

  test('forgets what the hub no longer has', () => {
    const list = withNewest(withNewest(undefined, page(10, 1, false)), page(10, 5, false))
    expect(positions(list)).toEqual([10, 9, 8, 7, 6, 5])
  })

  test('tells a call as it was told last', () => {
    const list = withNewest(undefined, { items: [callAt(2, { ms: 1 }), callAt(1)], more: false })
    const again = withRetold(list, [callAt(1, { ms: 5 }), callAt(99)])
    expect(again.calls.map(({ call }) => call.status)).toEqual(['ok', 'ok'])
  })
})

describe('lanes', () => {
  test('a call of the same trace on another server stands below the one it began within', () => {
    const calls = [
      callAt(0, { ms: 100, server: 'plan', traceId: 't' }),
      callAt(10, { ms: 5, server: 'else' }),
      callAt(20, { ms: 50, server: 'search', traceId: 't' }),
      callAt(30, { ms: 5, server: 'index', traceId: 't' }),
      callAt(200, { ms: 5, server: 'search', traceId: 't', position: 201 }),
    ]
    expect(lanesOf(calls).map(({ call, depth }) => [call.server, depth])).toEqual([
      ['plan', 0],
      ['search', 1],
      ['index', 2],
      ['else', 0],
      ['search', 0],
    ])
  })

  test('without a trace nothing is nested, however it overlaps; a running call is still open to nest in', () => {
    expect(
      lanesOf([callAt(0, { ms: 9, server: 'a' }), callAt(1, { ms: 1, server: 'b' })]).map(
        ({ depth }) => depth,
      ),
    ).toEqual([0, 0])
    const traced = [callAt(0, { server: 'a', traceId: 't' }), callAt(1, { ms: 1, server: 'b', traceId: 't' })]
    expect(lanesOf(traced).map(({ depth }) => depth)).toEqual([0, 1])
  })

  test('every call has one lane, and every bar lies within the scale', () => {
    const call = fc.record({
      time: fc.integer({ min: 0, max: 1000 }),
      ms: fc.option(fc.integer({ min: 0, max: 500 }), { nil: undefined }),
      server: fc.constantFrom('a', 'b', 'c'),
      traceId: fc.option(fc.constantFrom('t', 'u'), { nil: undefined }),
    })
    fc.assert(
      fc.property(fc.array(call, { minLength: 1, maxLength: 40 }), (made) => {
        const calls = made.map(({ time, ms, server, traceId }, position) =>
          callAt(time, {
            server,
            position,
            ...(ms === undefined ? {} : { ms }),
            ...(traceId === undefined ? {} : { traceId }),
          }),
        )
        expect(new Set(lanesOf(calls).map(({ call }) => call))).toEqual(new Set(calls))
        expect(lanesOf(calls)).toHaveLength(calls.length)
        const scale = scaleOf(calls, 2000)
        for (const { time } of calls) {
          expect(shareOf(scale, time)).toBeGreaterThanOrEqual(0)
          expect(scale.from).toBeLessThanOrEqual(time)
        }
        expect(ticksOf(scale).length).toBeLessThanOrEqual(7)
      }),
    )
  })

  test('the scale stands still while a call runs on within a tick', () => {
    const calls = [callAt(0)]
    expect(scaleOf(calls, 10_100)).toEqual(scaleOf(calls, 10_900))
    expect(scaleOf(calls, 10_100)).toEqual({ from: 0, to: 12_000 })
  })
})

describe('a call that may hang', () => {
  const norms = (calls: number, p99: number) =>
    normsOf([
      {
        server: 'a',
        method: 'tools/call',
        tool: 'do',
        calls,
        p99,
        outcomes: {},
        open: 0,
        errors: 0,
        errorRate: 0,
        sparkline: [],
      } as Tool,
    ])

  test('runs longer than nearly all calls of its tool, where there are enough to tell', () => {
    expect(suspicionOf(callAt(0), norms(20, 1500), 2000)).toEqual({ why: 'p99', limit: 1500, calls: 20 })
    expect(suspicionOf(callAt(0), norms(19, 1500), 2000)).toBeUndefined()
    expect(suspicionOf(callAt(0), norms(20, 1500), 1400)).toBeUndefined()
    // A tool of a millisecond does not hang after two.
    expect(suspicionOf(callAt(0), norms(20, 1), 900)).toBeUndefined()
  })

  test('or than half a minute; one that ended never hung', () => {
    expect(suspicionOf(callAt(0), new Map(), 30_001)).toEqual({ why: 'long', limit: 30_000 })
    expect(suspicionOf(callAt(0), new Map(), 29_999)).toBeUndefined()
    expect(suspicionOf(callAt(0, { ms: 60_000 }), norms(20, 1500), 90_000)).toBeUndefined()
  })
})

describe('what is asked', () => {
  const matches = (q: string, call: Partial<LogRecord['call']> & object) =>
    compile(parseQuery(q, { now: 0 }), {
      input: q,
      regex: { compile: () => ({ test: () => false }) },
    } as never)({
      server: 's',
      source: 'call',
      message: '',
      attributes: {},
      call,
    } as never)

  test('leaves out the protocol’s own calls, unless they failed or are asked for', () => {
    const q = callsQuery('', false)
    for (const method of ['initialize', 'ping', 'tools/list', 'resources/templates/list', 'server/discover'])
      expect(
        [matches(q, { method, status: 'ok' }), matches(q, { method, status: 'timeout' })],
        method,
      ).toEqual([false, true])
    expect(matches(q, { method: 'tools/call', tool: 'x', status: 'ok' })).toBe(true)
    expect(callsQuery('a OR b', false).startsWith('(a OR b) ')).toBe(true)
    expect(callsQuery('a', true)).toBe('a')
  })

  test('the same tool is the tool of that name and no other, whatever is in its name', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (tool) => {
        const q = sameTool('s', { method: 'tools/call', tool })
        expect(matches(q, { method: 'tools/call', tool })).toBe(true)
        expect(matches(q, { method: 'tools/call', tool: `${tool}x` })).toBe(false)
        expect(matches(sameTool('other', { method: 'tools/call', tool }), { tool })).toBe(false)
      }),
    )
    const listed = sameTool('s', { method: 'resources/list' })
    expect(matches(listed, { method: 'resources/list' })).toBe(true)
    expect(matches(listed, { method: 'resources/templates/list' })).toBe(false)
  })

  test('quick filters are chips that come and go, and leave the others alone', () => {
    const own = { term: 'server:x', on: true }
    const place = { ...START, chips: [own] }
    const on = { ...place, ...toggleQuick('failed')(place) } as typeof place
    expect([isQuick('failed', place), isQuick('failed', on)]).toEqual([false, true])
    expect(toggleQuick('failed')(on)).toEqual({ chips: [own] })
    expect(withoutQuick(on)).toEqual({ chips: [own] })
  })
})
