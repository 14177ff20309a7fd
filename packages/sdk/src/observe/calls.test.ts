import { describe, expect, it } from 'vitest'
import { attribute } from './attribution.ts'
import { type Call, createCallTable } from './calls.ts'

const WINDOW = 20
const table = (maxOpen = 100) => createCallTable({ maxOpen, window: WINDOW })

const call = (id: number | string, startedAt: number, more: Partial<Call> = {}): Call => ({
  ref: {
    id: `call-${id}`,
    method: 'tools/call',
    tool: 'work',
    requestId: id,
    from: 'client',
    attribution: 'exact',
  },
  startedAt,
  candidate: true,
  asksForLogs: true,
  ...more,
})

const at = (from: number, to = from) => ({ from, to })
const options = { window: WINDOW, modernOnlyIfAsked: true }
const trace = (span: string) => ({ traceId: 'a'.repeat(32), spanId: span.repeat(16) })

describe('attribution', () => {
  it('is inferred when exactly one call is open', () => {
    const calls = table()
    calls.open(call(1, 100))
    expect(attribute(calls, {}, at(500), options).call).toMatchObject({
      id: 'call-1',
      attribution: 'inferred',
    })
  })

  it('is nothing when no call is open', () => {
    const calls = table()
    calls.open(call(1, 100))
    calls.end('client', 1, 200)
    expect(attribute(calls, {}, at(221), options)).toEqual({})
    expect(attribute(table(), {}, at(1), options)).toEqual({})
  })

  it('is inferred for a call that ended within the window', () => {
    const calls = table()
    calls.open(call(1, 100))
    calls.end('client', 1, 200)
    expect(attribute(calls, {}, at(220), options).call).toMatchObject({ id: 'call-1' })
  })

  it('is ambiguous between a call that just ended and the next one', () => {
    const calls = table()
    calls.open(call(1, 100))
    calls.end('client', 1, 200)
    calls.open(call(2, 205))
    expect(attribute(calls, {}, at(210), options).call).toEqual({
      attribution: 'ambiguous',
      candidates: ['call-1', 'call-2'],
    })
    expect(attribute(calls, {}, at(230), options).call).toMatchObject({
      id: 'call-2',
      attribution: 'inferred',
    })
  })

  it('looks at the whole time a line took to arrive', () => {
    const calls = table()
    calls.open(call(1, 100))
    calls.end('client', 1, 200)
    calls.open(call(2, 300))
    expect(attribute(calls, {}, at(150, 310), options).call).toMatchObject({
      candidates: ['call-1', 'call-2'],
    })
  })

  it('never falls on a call that is no candidate', () => {
    const calls = table()
    calls.open(call(1, 100, { candidate: false }))
    expect(attribute(calls, {}, at(150), options)).toEqual({})
  })

  it('of a log message never falls on a modern call that asked for none', () => {
    const calls = table()
    calls.open(call(1, 100, { asksForLogs: false }))
    calls.open(call(2, 100))
    expect(attribute(calls, {}, at(150), options).call).toMatchObject({ id: 'call-2' })
    expect(attribute(calls, {}, at(150), { ...options, modernOnlyIfAsked: false }).call).toMatchObject({
      attribution: 'ambiguous',
    })
  })

  it('is exact by request id, also after the call has ended, and tells 1 from "1"', () => {
    const calls = table()
    calls.open(call(1, 100))
    calls.open(call('1', 100))
    calls.end('client', 1, 200)
    expect(attribute(calls, { requestId: 1 }, at(9_000), options).call).toMatchObject({
      requestId: 1,
      attribution: 'exact',
    })
    expect(attribute(calls, { requestId: '1' }, at(9_000), options).call).toMatchObject({
      requestId: '1',
      attribution: 'exact',
    })
  })

  it('is no guess when the named request is not known', () => {
    const calls = table()
    calls.open(call(1, 100))
    expect(attribute(calls, { requestId: 99 }, at(150), options)).toEqual({})
  })

  it('is exact by progress token', () => {
    const calls = table()
    calls.open(call(1, 100, { progressToken: 'p' }))
    calls.open(call(2, 100, { progressToken: 'q' }))
    expect(attribute(calls, { progressToken: 'q' }, at(150), options).call).toMatchObject({
      id: 'call-2',
      attribution: 'exact',
    })
  })

  it('is exact by a trace that one call has', () => {
    const calls = table()
    calls.open(call(1, 100, { trace: trace('1') }))
    calls.open(call(2, 100))
    expect(attribute(calls, { traceId: trace('1').traceId }, at(150), options).call).toMatchObject({
      id: 'call-1',
      attribution: 'exact',
    })
  })

  it('by a trace that several calls share is exact only by span', () => {
    const calls = table()
    calls.open(call(1, 100, { trace: trace('1') }))
    calls.open(call(2, 100, { trace: trace('2') }))
    calls.open(call(3, 100))
    expect(attribute(calls, trace('2'), at(150), options).call).toMatchObject({
      id: 'call-2',
      attribution: 'exact',
    })
    expect(attribute(calls, trace('9'), at(150), options).call).toEqual({
      attribution: 'ambiguous',
      candidates: ['call-1', 'call-2'],
    })
    calls.end('client', 2, 200)
    expect(attribute(calls, trace('9'), at(900), options).call).toMatchObject({
      id: 'call-1',
      attribution: 'inferred',
    })
  })

  it('by a trace nobody knows is inferred like any other', () => {
    const calls = table()
    calls.open(call(1, 100))
    expect(attribute(calls, trace('7'), at(150), options).call).toMatchObject({ attribution: 'inferred' })
  })

  it('lists a bounded number of candidates', () => {
    const calls = table()
    for (let id = 0; id < 90; id++) calls.open(call(id, 100 + id))
    const found = attribute(calls, {}, at(500), options).call
    expect(found).toMatchObject({ attribution: 'ambiguous' })
    expect(found && 'candidates' in found ? found.candidates.length : 0).toBe(32)
  })
})

describe('the table of calls', () => {
  it('forgets the oldest open call when there are too many, and says so', () => {
    const calls = table(2)
    expect(calls.open(call(1, 100))).toEqual([])
    expect(calls.open(call(2, 101))).toEqual([])
    expect(calls.open(call(3, 102)).map(({ ref }) => ref.requestId)).toEqual([1])
    expect(calls.all().map(({ ref }) => ref.requestId)).toEqual([2, 3])
  })

  it('answers a request id that is used twice at once in the order of asking', () => {
    const calls = table()
    const [first, second] = [call(1, 100), call(1, 101)]
    calls.open(first)
    calls.open(second)
    expect(calls.end('client', 1, 200)).toBe(first)
    expect(calls.end('client', 1, 200)).toBe(second)
    expect(calls.end('client', 1, 200)).toBeUndefined()
  })

  it('keeps requests of client and server apart', () => {
    const calls = table()
    const asked = call(1, 100)
    const sampled: Call = {
      ...call(1, 101),
      ref: { ...call(1, 101).ref, from: 'server', method: 'sampling/createMessage' },
    }
    calls.open(asked)
    calls.open(sampled)
    expect(calls.end('server', 1, 200)).toBe(sampled)
    expect(calls.end('client', 1, 200)).toBe(asked)
  })

  it('remembers a bounded number of ended calls', () => {
    const calls = table(10_000)
    for (let id = 0; id < 3_000; id++) {
      calls.open(call(id, id, { progressToken: id, trace: { traceId: String(id), spanId: 'x' } }))
      calls.end('client', id, id)
    }
    expect(calls.byRequest('client', 0)).toBeUndefined()
    expect(calls.byProgressToken('client', 0)).toBeUndefined()
    expect(calls.byTrace('0')).toEqual([])
    expect(calls.byRequest('client', 2_999)).toBeDefined()
  })
})
