import fc from 'fast-check'
import { expect, test } from 'vitest'
import { accountOf, aliveOf } from './account.ts'

const server = (name: string, records: number, alive = 0) => ({
  server: name,
  runs: 1,
  alive,
  levels: {},
  records,
  lastSeen: 0,
})
const hub = (records: number, bytes = records * 200) => ({
  version: '0',
  home: '/home',
  defaultHome: true,
  command: ['node', 'main.js'],
  readers: 0,
  lagMs: 0,
  atRisk: { records, bytes },
  store: { bytes: 0, files: 0, sealing: 0 },
})

test('captured is stored, queued and dropped, whatever they are', () => {
  const count = fc.nat({ max: 1_000_000 })
  fc.assert(
    fc.property(fc.array(count), count, fc.dictionary(fc.string(), count), (stored, queued, dropped) => {
      const account = accountOf({ servers: stored.map((n) => server('a', n)), dropped, hub: hub(queued) })
      expect(account.captured).toBe(account.stored + account.queued + account.dropped)
      expect(account.reasons.reduce((all, { records }) => all + records, 0)).toBe(account.dropped)
    }),
  )
})

test('reasons come most first, without those that never were', () => {
  const dropped = { overflow: 2, unknown: 0, retention: 30 }
  expect(accountOf({ servers: [], dropped, hub: hub(0) }).reasons).toEqual([
    { reason: 'retention', records: 30 },
    { reason: 'overflow', records: 2 },
  ])
})

test('what waits is told as an estimate where the hub counts no lines', () => {
  const of = (bytes: number) => accountOf({ servers: [], dropped: {}, hub: hub(5, bytes) }).estimated
  expect([of(1000), of(5_000_000)]).toEqual([false, true])
})

test('a server is alive with one process that lives', () => {
  expect(aliveOf({ servers: [server('a', 1, 2), server('b', 1), server('c', 1, 1)] })).toBe(2)
})
