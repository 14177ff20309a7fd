/** What the routes answer, asked over HTTP, against the same counted from a list. */

import { LogboomError } from '@logboom/sdk/errors'
import { isCallRecord, type LogRecord } from '@logboom/sdk/record'
import { describe, expect, it, vi } from 'vitest'
import type { Archive, Histogram, Page, Stored } from '../store/contract.ts'
import { request } from './testing.ts'
import { madeRuns, type TestHub, withHub } from './testing-hub.ts'

vi.setConfig({ testTimeout: 30_000 })

const eventually = (check: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(check, { timeout: 20_000 })

const get = async <T>(hub: TestHub, path: string): Promise<T> => {
  const answer = await fetch(`${hub.url}/api/v1${path}`)
  const body: unknown = await answer.json()
  expect([answer.status, body]).toEqual([200, expect.anything()])
  return body as T
}

const failure = async (
  hub: TestHub,
  path: string,
  init?: RequestInit,
): Promise<[number, Record<string, unknown>]> => {
  const answer = await fetch(`${hub.url}${path}`, init)
  return [answer.status, ((await answer.json()) as { error: Record<string, unknown> }).error]
}

const withRuns = (use: (hub: TestHub, all: Stored[]) => Promise<void>): Promise<void> =>
  withHub({}, async (hub) => {
    const { records, marks } = madeRuns([11, 12, 13, 14, 15])
    const first = hub.store(records, { marks })
    await use(
      hub,
      records.map((record, index) => ({ position: first + index, record })),
    )
  })

const errors = (all: readonly Stored[]): Stored[] => all.filter(({ record }) => record.level === 'error')

describe('/records', () => {
  it('gives every match once, page by page, from both ends', async () => {
    await withRuns(async (hub, all) => {
      const walk = async (order: 'newest' | 'oldest'): Promise<Stored[]> => {
        const found: Stored[] = []
        for (let cursor = ''; ; ) {
          const page = await get<Page>(hub, `/records?q=level:error&limit=7&order=${order}${cursor}`)
          found.push(...page.items)
          expect(page.last).toBe(all.at(-1)?.position)
          if (!page.more) return found
          cursor = `&${order === 'newest' ? 'before' : 'after'}=${page.items.at(-1)?.position}`
        }
      }
      expect(errors(all).length).toBeGreaterThan(20)
      expect(await walk('oldest')).toEqual(errors(all))
      expect(await walk('newest')).toEqual(errors(all).reverse())
    })
  })

  it('gives what stands around a record, the record itself whatever the filter', async () => {
    await withRuns(async (hub, all) => {
      const middle = all[Math.floor(all.length / 2)] as Stored
      const at = all.indexOf(middle)
      type Around = { items: Stored[]; moreBefore: boolean; moreAfter: boolean }
      const plain = await get<Around>(hub, `/records/around/${middle.position}?before=3&after=4`)
      expect(plain).toEqual({ items: all.slice(at - 3, at + 5), moreBefore: true, moreAfter: true })
      const none = await get<Around>(hub, `/records/around/${middle.position}?before=0&after=0`)
      expect(none).toEqual({ items: [middle], moreBefore: true, moreAfter: true })
      const first = await get<Around>(hub, `/records/around/${all[0]?.position}?before=5&after=500`)
      expect(first).toEqual({ items: all.slice(0, 501), moreBefore: false, moreAfter: all.length > 501 })
      const filtered = await get<Around>(
        hub,
        `/records/around/${middle.position}?before=2&after=2&q=level:error`,
      )
      const others = errors(all).filter((one) => one !== middle)
      expect(filtered.items).toEqual([
        ...others.filter(({ position }) => position < middle.position).slice(-2),
        middle,
        ...others.filter(({ position }) => position > middle.position).slice(0, 2),
      ])
    })
  })

  it('gives one by its id', async () => {
    await withRuns(async (hub, all) => {
      const some = all[17] as Stored
      expect(await get(hub, `/records/${some.record.id}`)).toEqual(some)
      expect(await failure(hub, '/api/v1/records/nobody')).toMatchObject([404, { code: 'LB_API_REQUEST' }])
    })
  })
})

const total = ({ buckets }: Histogram): number => buckets.reduce((sum, { count }) => sum + count, 0)

describe('/histogram', () => {
  it('counts everything, in a step that fits the range', async () => {
    await withRuns(async (hub, all) => {
      const histogram = await get<Histogram>(hub, '/histogram?by=level')
      expect(total(histogram)).toBe(all.length)
      expect(histogram.total).toBe(all.length)
      expect(histogram.buckets.length).toBeGreaterThan(5)
      expect(histogram.buckets.length).toBeLessThanOrEqual(140)
      const split = histogram.buckets.flatMap(({ by }) => Object.values(by ?? {}))
      expect(split.reduce((sum, count) => sum + count, 0)).toBe(all.length)
      for (const { time } of histogram.buckets) expect(time % histogram.step).toBe(0)
    })
  })

  it('takes a coarser step where the one asked for makes too many buckets', async () => {
    await withHub({}, async (hub) => {
      const day = 86_400_000
      hub.store(
        madeRuns([1]).records.map((record, index) => ({ ...record, time: 1_700_000_000_000 + index * day })),
      )
      const histogram = await get<Histogram>(hub, '/histogram?step=1000')
      expect(histogram.step % 1000).toBe(0)
      expect(histogram.step).toBeGreaterThan(1000)
      expect(total(histogram)).toBe(histogram.total)
      const [status, error] = await failure(hub, '/api/v1/histogram?step=1&since=now-1d&until=now')
      expect([status, error.code]).toEqual([400, 'LB_API_REQUEST'])
    })
  })
})

describe('/tools', () => {
  it('counts calls and errors, draws them over time, and shows the last error', async () => {
    await withRuns(async (hub, all) => {
      const { tools } = await get<{ tools: Record<string, unknown>[] }>(hub, '/tools')
      const outcomes = all.filter(({ record }) => isCallRecord(record) && record.call.status !== 'started')
      const bad = outcomes.filter(({ record }) => isBad(record))
      expect(tools.reduce((sum, { calls }) => sum + Number(calls), 0)).toBe(outcomes.length)
      expect(tools.reduce((sum, { errors }) => sum + Number(errors), 0)).toBe(bad.length)
      for (const tool of tools) {
        const own = ({ record }: Stored): boolean =>
          record.server === tool.server &&
          record.call !== undefined &&
          'tool' in record.call &&
          record.call.tool === tool.tool
        const points = tool.sparkline as { count: number }[]
        expect(points.reduce((sum, { count }) => sum + count, 0)).toBe(outcomes.filter(own).length)
        expect(points.length).toBeLessThanOrEqual(62)
        expect(tool.lastError).toEqual(bad.filter(own).at(-1))
        expect(tool.errorRate).toBeCloseTo(bad.filter(own).length / Math.max(1, outcomes.filter(own).length))
      }
    })
  })
})

const isBad = (record: LogRecord): boolean =>
  isCallRecord(record) && ['tool_error', 'rpc_error', 'timeout', 'lost'].includes(record.call.status)

describe('/servers', () => {
  it('adds up what was told as dropped, and shows the last words of runs', async () => {
    await withRuns(async (hub, all) => {
      type Summary = {
        server: string
        dropped: Record<string, number>
        records: number
        exits: { message: string }[]
      }
      const { servers } = await get<{ servers: Summary[] }>(hub, '/servers')
      expect(servers.length).toBeGreaterThan(1)
      for (const { server, dropped, records, exits } of servers) {
        const own = all.filter(({ record }) => record.server === server)
        const drops = own.filter(({ record }) => record.attributes.event === 'drop')
        expect(records).toBe(own.length)
        expect(dropped.overflow ?? 0).toBe(
          drops.reduce((sum, { record }) => sum + Number(record.attributes.records), 0),
        )
        expect(exits.length).toBe(
          Math.min(10, own.filter(({ record }) => record.attributes.event === 'exit').length),
        )
      }
    })
  })
})

describe('a question', () => {
  it('that is wrong is answered with what is wrong, and where', async () => {
    await withHub({}, async (hub) => {
      expect(await failure(hub, '/api/v1/records?q=level:error%20(')).toMatchObject([
        400,
        { code: 'LB_QUERY_SYNTAX', column: 14 },
      ])
      expect(await failure(hub, `/api/v1/records?q=${encodeURIComponent('ok /a(/')}`)).toMatchObject([
        400,
        { code: 'LB_QUERY_SYNTAX', column: expect.any(Number) },
      ])
      expect(await failure(hub, '/api/v1/records?since=now&until=now-1h')).toMatchObject([
        400,
        { code: 'LB_API_REQUEST' },
      ])
      expect(await failure(hub, '/api/v1/nothing')).toMatchObject([404, { code: 'LB_API_REQUEST' }])
      expect(await failure(hub, '/elsewhere')).toMatchObject([404, { code: 'LB_API_REQUEST' }])
      expect(await failure(hub, '/api/v1/records', { method: 'DELETE' })).toMatchObject([
        405,
        { code: 'LB_API_REQUEST' },
      ])
      const long = `/api/v1/records?q=${encodeURIComponent('处'.repeat(10_001))}`
      expect(await failure(hub, long)).toMatchObject([400, { code: 'LB_QUERY_SYNTAX', column: 10_001 }])
      expect(hub.errors).toEqual([])
    })
  })

  it('that takes too long is told so', async () => {
    const wrap = (archive: Archive): Archive => ({
      ...archive,
      page: async () => {
        throw new LogboomError('LB_QUERY_LIMIT', 'too long')
      },
    })
    await withHub({ wrap }, async (hub) => {
      expect(await failure(hub, '/api/v1/records')).toMatchObject([504, { code: 'LB_QUERY_LIMIT' }])
    })
  })

  it('that fails for a reason nobody expected is told to the hub, and not shown outside', async () => {
    const wrap = (archive: Archive): Archive => ({
      ...archive,
      page: () => Promise.reject(new Error('/home/me/secret')),
    })
    await withHub({ wrap }, async (hub) => {
      const [status, error] = await failure(hub, '/api/v1/records')
      expect([status, error.code]).toEqual([500, 'LB_INTERNAL'])
      expect(JSON.stringify(error)).not.toContain('secret')
      expect(hub.errors).toEqual([expect.objectContaining({ message: '/home/me/secret' })])
    })
  })

  it('is cancelled when the one who asked leaves', async () => {
    const signals: AbortSignal[] = []
    const wrap = (archive: Archive): Archive => ({
      ...archive,
      page: ({ signal }) =>
        new Promise((_, reject) => {
          if (signal !== undefined) signals.push(signal)
          signal?.addEventListener('abort', () => reject(signal.reason))
        }),
    })
    await withHub({ wrap }, async (hub) => {
      const stop = new AbortController()
      const asked = fetch(`${hub.url}/api/v1/records`, { signal: stop.signal })
      await eventually(() => expect(signals).toHaveLength(1))
      expect(signals[0]?.aborted).toBe(false)
      stop.abort()
      await expect(asked).rejects.toThrow()
      await eventually(() => expect(signals[0]?.aborted).toBe(true))
      // Nobody is there to be told, and nothing went wrong.
      expect((await fetch(`${hub.url}/healthz`)).status).toBe(200)
      expect(hub.errors).toEqual([])
    })
  })
})

describe('/healthz and /metrics', () => {
  it('answer', async () => {
    await withRuns(async (hub, all) => {
      const health = await request(hub.port, '/healthz')
      expect([health.status, JSON.parse(health.body)]).toEqual([200, { status: 'ok' }])
      const metrics = await request(hub.port, '/metrics')
      expect(metrics.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
      expect(metrics.body).toContain(`logboom_records_stored_total ${all.length}\n`)
      expect(metrics.body).toContain('logboom_records_dropped_total{reason="overflow"} 2\n')
    })
  })
})
