/** A question through the API ends at its limit, and with whoever asked it: on a real store, counted in what is looked at. */
import { connect } from 'node:net'
import type { RegexEngine } from '@logboom/sdk/query'
import type { LogRecord } from '@logboom/sdk/record'
import { expect, it, vi } from 'vitest'
import type { Archive } from '../store/contract.ts'
import { type TestHub, withHub } from './testing-hub.ts'

vi.setConfig({ testTimeout: 30_000 })

const BATCH = 4000
const BATCHES = 5
const ALL = BATCH * BATCHES

const fill = (hub: TestHub, batches = BATCHES): void => {
  for (let batch = 0; batch < batches; batch++)
    hub.store(
      Array.from({ length: BATCH }, (_, index): LogRecord => {
        const seq = batch * BATCH + index
        return {
          id: `id-${seq}`,
          time: seq,
          observed: seq,
          seq,
          level: 'info',
          server: 'analytics',
          run: 'run',
          source: 'message',
          message: `message ${seq}`,
          attributes: {},
        }
      }),
    )
}

/** Every record has to be looked at, and none matches. */
const LABORIOUS = 'q=/./&limit=10'
const countChecks = (onCheck: () => void): RegexEngine => {
  return () => () => {
    onCheck()
    return false
  }
}

it.each(['/records', '/calls', '/patterns', '/tools', '/servers', '/histogram'])(
  '%s is refused when its time is up, with most of the store not looked at',
  async (path) => {
    let checks = 0
    // Every look at the clock makes it a millisecond later.
    let late = 0
    const clock = (): number => performance.now() + late++
    await withHub({ regex: countChecks(() => checks++), clock }, async (hub) => {
      fill(hub)
      const query = path === '/records' || path === '/calls' ? LABORIOUS : 'q=/./'
      const answer = await fetch(`${hub.url}/api/v1${path}?${query}&timeout=1`)
      expect([answer.status, await answer.json()]).toEqual([
        504,
        {
          error: expect.objectContaining({
            code: 'LB_QUERY_LIMIT',
            message: expect.stringContaining('1 ms'),
          }),
        },
      ])
      expect(checks).toBeLessThan(ALL / 2)
    })
  },
)

it.each([
  '/records',
  '/records/id-5',
  '/records/around/5',
  '/histogram',
  '/facets',
  '/fields',
  '/patterns',
  '/calls',
  '/calls/c1',
  '/tools',
  '/servers',
  '/runs',
])('%s has one limit for all it asks of the store', async (path) => {
  const deadlines: unknown[] = []
  const wrap = (archive: Archive): Archive =>
    new Proxy(archive, {
      get(target, name: keyof Archive) {
        const method = target[name] as (...values: unknown[]) => unknown
        return (...values: unknown[]) => {
          if (name !== 'last' && name !== 'close')
            deadlines.push((values.at(-1) as { deadline?: { at: number } }).deadline?.at)
          return method.apply(target, values)
        }
      },
    })
  await withHub({ wrap }, async (hub) => {
    fill(hub, 1)
    await (await fetch(`${hub.url}/api/v1${path}`)).text()
  })
  expect(deadlines.length).toBeGreaterThan(0)
  expect([...new Set(deadlines)]).toEqual([expect.any(Number)])
})

it('a question is not gone on with when the connection of who asked is gone', async () => {
  let checks = 0
  let steps = 0
  let left: number | undefined
  let leave = (): void => {}
  const regex = countChecks(() => {
    // In the middle of the work, so that the answer cannot be there already.
    if (++checks === ALL / 10) {
      left = steps
      leave()
    }
  })
  // Others have their turn after every step, as where steps are long.
  const clock = (): number => performance.now() + 20 * steps++
  const ended: unknown[] = []
  const wrap = (archive: Archive): Archive => ({
    ...archive,
    page: (query) => {
      const asked = archive.page(query)
      asked.then(
        () => ended.push('answered'),
        () => ended.push('given up'),
      )
      return asked
    },
  })
  await withHub({ regex, clock, wrap }, async (hub) => {
    fill(hub)
    const socket = connect(hub.port, '127.0.0.1')
    leave = () => socket.destroy()
    socket.write(`GET /api/v1/records?${LABORIOUS} HTTP/1.1\r\nHost: 127.0.0.1:${hub.port}\r\n\r\n`)
    await vi.waitFor(() => expect(ended).toHaveLength(1), { timeout: 20_000 })
    expect(ended).toEqual(['given up'])
    expect(steps - (left ?? 0)).toBeLessThan(10)
    expect(checks).toBeLessThan(ALL / 4)
    expect(hub.errors).toEqual([])
  })
})
