import { describe, expect, it } from 'vitest'
import { until, type WayName, watch } from './capture/testing.ts'
import { collect } from './collect.ts'

const HTTP = ['v1 http stateful', 'v2 legacy http stateless', 'v2 modern http'] as const satisfies WayName[]

describe.each(HTTP)('26 collect over %s', (way) => {
  it('gives the result, the call and its logs, also while another runs', async () => {
    const watched = await watch(way)
    const work = (mark: string) => collect(() => watched.call('work', { mark, parties: 2 }))
    const [a, b] = await Promise.all([work('a'), work('b')])
    await watched.close()
    expect(a.records.map(({ message }) => message)).toEqual(['debug of a', 'error of a'])
    expect(b.records.map(({ message }) => message)).toEqual(['debug of b', 'error of b'])
    expect(a.result).toMatchObject({ content: [{ text: 'a' }] })
    expect(a.call).toMatchObject({ method: 'tools/call', tool: 'work', status: 'ok', attribution: 'exact' })
    expect(a.call?.id).not.toBe(b.call?.id)
    expect(a.calls.filter(({ method }) => method === 'tools/call')).toHaveLength(1)
  })
})

describe('collect', () => {
  it('gives the error and the logs of what failed', async () => {
    const watched = await watch('v2 modern stdio')
    const failed = new Error('gave up')
    const { error, result, call, records, ok } = await collect(async () => {
      await watched.call('work', { plan: { mark: 'a', logs: 1, everyMs: 0 } })
      throw failed
    })
    await watched.close()
    expect({ ok, error, result }).toEqual({ ok: false, error: failed, result: undefined })
    expect(call).toMatchObject({ tool: 'work', status: 'ok' })
    expect(records.flatMap(({ source, message }) => (source === 'message' ? message : []))).toEqual([
      'working on a',
    ])
  })

  it('waits for what a server says on stderr', async () => {
    const watched = await watch('v1 stdio')
    const plan = { mark: 'a', logs: 2, everyMs: 25, channel: 'stderr' }
    const { records } = await collect(() => watched.call('work', { plan }), { waitMs: 500 })
    await watched.close()
    expect(records.map(({ source, message }) => [source, message])).toEqual([
      ['stderr', 'stderr of a'],
      ['stderr', 'stderr of a'],
    ])
  })

  it('leaves out what may belong to a call outside, and keeps what belongs to one of its own', async () => {
    const watched = await watch('v1 in-memory')
    const args = (mark: string) => ({ mark, parties: 2 })
    const [alone] = await Promise.all([
      collect(() => watched.call('work', args('a'))),
      watched.call('work', args('b')),
    ])
    const then = performance.now()
    await until('more than the window of inference', () => performance.now() > then + 25)
    const both = await collect(() =>
      Promise.all([watched.call('work', args('c')), watched.call('work', args('d'))]),
    )
    await watched.close()
    expect(alone).toMatchObject({ ok: true, records: [] })
    expect(both.records.map(({ message }) => message)).toEqual([
      'debug of c',
      'debug of d',
      'error of c',
      'error of d',
    ])
  })

  it('works within another one, through several servers', async () => {
    const [one, two] = await Promise.all([
      watch('v1 in-memory'),
      watch('v2 legacy in-memory', { server: 'beta' }),
    ])
    const outer = await collect(async () => {
      await one.call('work', { mark: 'a', parties: 1 })
      return collect(() => two.call('work', { mark: 'b', parties: 1 }))
    })
    await Promise.all([one.close(), two.close()])
    expect(outer.records.map(({ server, message }) => `${server}: ${message}`)).toEqual([
      'alpha: debug of a',
      'alpha: error of a',
      'beta: debug of b',
      'beta: error of b',
    ])
    expect(outer.result?.records.map(({ server }) => server)).toEqual(['beta', 'beta'])
  })

  it('that makes no call has none', async () => {
    expect(await collect(() => 7)).toEqual({ ok: true, result: 7, calls: [], records: [] })
  })
})
