import { describe, expect, it } from 'vitest'
import { isCallRecord } from '../../record/index.ts'
import { named, until, WAYS, type WayName, watch } from './testing.ts'

const all = Object.keys(WAYS) as WayName[]
/** Whose server has the tool `work` of this folder; those over stdio are programs of their own. */
const ours = all.filter((way) => !way.includes('stdio'))

/** The arguments of a call to `work`, by what serves it. */
const workOf = (way: WayName, mark: string, parties = 1): Record<string, unknown> =>
  way.includes('stdio') ? { plan: { mark, logs: 2, everyMs: 0 } } : { mark, parties }

const LOSES_LOGS: Partial<Record<WayName, string>> = {
  'v1 http json': 'a JSON response has no place for notifications',
}
const delivers = all.filter((way) => LOSES_LOGS[way] === undefined)

describe.each(all)('over %s', (way) => {
  it('tells the run, the handshake, each call and its outcome', async () => {
    const watched = await watch(way)
    await watched.call('work', workOf(way, 'a'))
    await watched.close()
    const { records } = watched
    expect(records.map(({ seq }) => seq)).toEqual(records.map((_, index) => index))
    expect(new Set(records.map(({ server, run }) => `${server} ${run}`)).size).toBe(1)
    expect(records[0]?.attributes.event).toBe('start')
    expect(records.at(-1)?.attributes.event).toBe('exit')
    expect(records.find(({ attributes }) => attributes.event === 'handshake')?.message).toContain(
      'tester 3.0.0',
    )
    const calls = records.filter(isCallRecord).filter(({ call }) => call.method === 'tools/call')
    expect(calls.map(({ call }) => [call.tool, call.status])).toEqual([
      ['work', 'started'],
      ['work', 'ok'],
    ])
    expect(watched.capture.facts()).toMatchObject({
      era: way.includes('modern') ? 'modern' : 'legacy',
      failures: 0,
      ended: true,
    })
  })
})

describe.each(delivers)('25 logs over %s', (way) => {
  it('carry the name of their server, and their call', async () => {
    const [alpha, beta] = await Promise.all([watch(way), watch(way, { server: 'beta' })])
    await Promise.all([alpha.call('work', workOf(way, 'same')), beta.call('work', workOf(way, 'same'))])
    await Promise.all([alpha.close(), beta.close()])
    for (const [name, { records }] of [
      ['alpha', alpha],
      ['beta', beta],
    ] as const) {
      const logs = records.filter(({ source }) => source === 'message')
      expect(logs.map(({ server }) => server)).toEqual([name, name])
      expect(logs.map(({ call }) => call?.attribution)).not.toContain('ambiguous')
      expect(logs.map((record) => named(record).tool)).toEqual(['work', 'work'])
    }
  })
})

describe.each(ours.filter((way) => /http/.test(way) && delivers.includes(way)))(
  '26 two calls of one tool at once over %s',
  (way) => {
    it('have each their own logs, exactly', async () => {
      const watched = await watch(way)
      await Promise.all([
        watched.call('work', workOf(way, 'a', 2)),
        watched.call('work', workOf(way, 'b', 2)),
      ])
      await watched.close()
      const { records } = watched
      const started = records
        .filter(isCallRecord)
        .filter(({ call }) => call.status === 'started' && call.tool === 'work')
      const markOf = new Map(
        started.map(({ call, attributes }) => [call.id, (attributes.arguments as { mark: string }).mark]),
      )
      const logs = records.filter(({ source }) => source === 'message')
      expect(logs).toHaveLength(4)
      for (const log of logs) {
        expect(log.call?.attribution).toBe('exact')
        expect(markOf.get(named(log).id)).toBe(log.attributes.mark)
      }
    })
  },
)

describe.each(['v1 in-memory', 'v1 sse'] as const)('26 two calls of one tool at once over %s', (way) => {
  it('share one stream that does not tell them apart: their logs are ambiguous, never guessed', async () => {
    const watched = await watch(way)
    await Promise.all([watched.call('work', workOf(way, 'a', 2)), watched.call('work', workOf(way, 'b', 2))])
    await watched.close()
    const logs = watched.records.filter(({ source }) => source === 'message')
    expect(logs.map(({ call }) => call?.attribution)).toEqual(Array(4).fill('ambiguous'))
  })
})

describe.each(['v1 stdio', 'v2 modern stdio'] as const)('26 two calls of one tool at once over %s', (way) => {
  it('have each their own logs where the logs name their request', async () => {
    const watched = await watch(way)
    const plan = (mark: string) => ({ plan: { mark, logs: 2, everyMs: 5, names: 'origin' } })
    await Promise.all([watched.call('work', plan('a')), watched.call('work', plan('b'))])
    await watched.close()
    const logs = watched.records.filter(({ source }) => source === 'message')
    expect(logs).toHaveLength(4)
    const calls = watched.records.filter(isCallRecord).filter(({ call }) => call.status === 'started')
    for (const log of logs) {
      expect(log.call?.attribution).toBe('exact')
      const call = calls.find(({ call }) => call.id === named(log).id)
      expect(call?.attributes.arguments).toMatchObject({ plan: { mark: log.attributes.mark } })
    }
  })
})

describe('stderr of a stdio server', () => {
  it('33 is read line by line, under the name of its server, and attributed', async () => {
    const watched = await watch('v1 stdio')
    await watched.call('work', { plan: { mark: 'a', logs: 2, everyMs: 0, channel: 'stderr' } })
    await until('three lines', () => {
      watched.capture.flush()
      return watched.records.filter(({ source }) => source === 'stderr').length === 3
    })
    await watched.close()
    const lines = watched.records.filter(({ source }) => source === 'stderr')
    expect(lines.map(({ message }) => message)).toEqual(['fixture-v1 is up', 'stderr of a', 'stderr of a'])
    expect(lines.map(({ server }) => server)).toEqual(['alpha', 'alpha', 'alpha'])
    expect(lines.at(-1)?.call?.attribution).toBe('inferred')
  })

  it('tells how the process ended', async () => {
    const watched = await watch('v1 stdio')
    await expect(watched.call('work', { plan: { mark: 'a', crash: 3 } })).rejects.toThrow()
    await watched.close()
    const { records } = watched
    expect(records.at(-1)).toMatchObject({ level: 'error', message: 'alpha crashed with code 3' })
    expect(records.filter(isCallRecord).at(-1)?.call).toMatchObject({ tool: 'work', status: 'lost' })
  })
})
