import type { LogRecord } from '@logboom/sdk/record'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeSeries } from '../rows.ts'
import { createSeriesCache } from './series-cache.ts'

const some = (...values: string[]) => fc.option(fc.constantFrom(...values), { nil: undefined })
const named = fc.record(
  {
    id: fc.constantFrom('c-1', 'c-2'),
    method: fc.constantFrom('tools/call', 'prompts/get'),
    tool: fc.constantFrom('', 'a', '=a', 'b'),
    requestId: fc.nat(),
    from: fc.constantFrom('client', 'server'),
    attribution: fc.constantFrom('exact', 'inferred'),
    status: fc.constantFrom('started', 'ok'),
  },
  { requiredKeys: ['id', 'method', 'requestId', 'from', 'attribution'] },
)
const ambiguous = fc.constant({ attribution: 'ambiguous', candidates: ['c-1'] })
const client = fc.record(
  { name: fc.constantFrom('x', 'y'), version: fc.constantFrom('1', '2'), title: fc.constantFrom('t', 'u') },
  { requiredKeys: ['name'] },
)
const record = fc
  .record({
    level: fc.constantFrom('info', 'error'),
    server: fc.constantFrom('s', 't'),
    run: fc.constantFrom('r1', 'r2'),
    source: fc.constantFrom('stderr', 'call'),
    logger: some('', 'app'),
    call: fc.option(fc.oneof(named, ambiguous), { nil: undefined }),
    client: fc.option(client, { nil: undefined }),
    serverVersion: some('1', ''),
    protocol: some('2025-11-25'),
    host: some('h', ''),
    session: some('a', 'b'),
  })
  .map((fields) => ({ message: 'm', attributes: {}, ...fields }) as unknown as LogRecord)

test('a series is found again exactly by records whose JSON of it is equal', () => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 2, maxLength: 150 }), (records) => {
      const cache = createSeriesCache()
      for (const each of records) {
        const json = encodeSeries(each)
        expect([undefined, json]).toContain(cache.get(each))
        cache.set(each, json)
        expect(cache.get(each)).toBe(json)
      }
    }),
    { numRuns: 300 },
  )
})

test('of a run that has ended nothing is kept, and of many runs not all', () => {
  const cache = createSeriesCache()
  const of = (run: string) =>
    ({
      level: 'info',
      server: 's',
      run,
      source: 'stderr',
      message: '',
      attributes: {},
    }) as unknown as LogRecord
  const known = (runs: readonly string[]) => runs.filter((run) => cache.get(of(run)) !== undefined)
  cache.set(of('ended'), '{}')
  cache.set(of('lives'), '{}')
  cache.forget('ended')
  expect(known(['ended', 'lives'])).toEqual(['lives'])
  const many = Array.from({ length: 1000 }, (_, index) => `run ${index}`)
  for (const run of many) cache.set(of(run), '{}')
  expect(known(many).length).toBeLessThanOrEqual(100)
  expect(known(many)).toContain('run 999')
})
