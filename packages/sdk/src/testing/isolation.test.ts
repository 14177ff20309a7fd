/**
 * What a broken sink costs: its own records, counted, and nothing else. Not the calls, not the other sinks, no more memory than its
 * queue. The same breakages before one queue, in a client and in a server.
 */
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { expect, it, onTestFinished, describe as suite, vi } from 'vitest'
import { connect, loggingOf } from '../client/index.ts'
import type { LogRecord } from '../record/index.ts'
import { connectV1, makeV1, quiet } from '../server/testing.ts'
import { createDelivery } from '../sink/delivery.ts'
import { SinkError } from '../sink/errors.ts'
import type { DeliveryStats, Sink } from '../sink/types.ts'
import { BOUND_MS, handlerModule } from '../sink/worker/testing.ts'
import { workerSink } from '../sink/worker/worker.ts'
import { makeRecord } from './records.ts'

const CALLS = 20
const LOGS = 10
/** What the queues of the tests hold. */
const ROOM = 30

/** A sink over a worker, ended with the test whatever has become of it. */
const overWorker = (code: string): Sink => {
  const sink = workerSink(handlerModule(code).url, { attempts: 1 })
  // What has died cannot be closed well, and says so: that is no failure of the test.
  onTestFinished(() => Promise.resolve(sink.close?.(1)).catch(() => undefined))
  return sink
}

const BROKEN: [string, () => Sink][] = [
  ['never answers', () => () => new Promise<void>(() => undefined)],
  [
    'throws',
    () => () => {
      throw new Error('broken')
    },
  ],
  ['refuses', () => async () => Promise.reject(new SinkError('not this'))],
  ['is always busy', () => async () => Promise.reject(new SinkError('not now', { retryable: true }))],
  ['is a worker that hangs', () => overWorker('export default () => { for (;;); }')],
  ['is a worker that dies', () => overWorker('export default () => process.exit(1)')],
  ['is a worker that does not load', () => overWorker('throw new Error("no")')],
]

const sum = (counts: Record<string, number>): number =>
  Object.values(counts).reduce((all, one) => all + one, 0)

const accounted = ({ received, delivered, queued, dropped }: DeliveryStats): boolean =>
  received === delivered + queued + sum(dropped)

suite.each(BROKEN)('a sink that %s', (_, makeBroken) => {
  it('beside another queue takes nothing from it', async () => {
    const taken: number[] = []
    const settings = { maxRecords: ROOM, batch: 5 }
    const broken = createDelivery(makeBroken(), settings)
    const well = createDelivery((batch) => void taken.push(...batch.map(({ seq }) => seq)), settings)
    let most = 0
    for (let seq = 0; seq < 200; seq++) {
      const record = makeRecord(seq)
      broken.push(record)
      well.push(record)
      most = Math.max(most, broken.stats().queued)
      expect(accounted(broken.stats())).toBe(true)
      if (seq % ROOM === ROOM - 1) expect(await well.flush(BOUND_MS)).toEqual({ left: 0 })
    }
    expect(await well.close(BOUND_MS)).toEqual({ left: 0 })
    expect(taken).toEqual(Array.from({ length: 200 }, (_, seq) => seq))
    expect(most).toBeLessThanOrEqual(ROOM)
    await broken.close(50)
    const { received, delivered, queued, dropped } = broken.stats()
    expect({ received, delivered, queued, lost: sum(dropped) }).toEqual({
      received: 200,
      delivered: 0,
      queued: 0,
      lost: 200,
    })
  })

  it('in a client stops no call and no other sink, and what it loses is counted', async () => {
    const server = new McpServer({ name: 'one', version: '1.0.0' }, { capabilities: { logging: {} } })
    server.registerTool('work', {}, async (extra) => {
      for (let n = 0; n < LOGS; n++)
        await extra.sendNotification({
          method: 'notifications/message',
          params: { level: 'info', data: `${n}` },
        })
      return { content: [{ type: 'text', text: 'done' }] }
    })
    const taken: LogRecord[] = []
    const client = await connect(server, {
      sinks: [makeBroken(), (batch) => void taken.push(...batch)],
      queue: { maxRecords: ROOM },
      closeTimeoutMs: 50,
      onError: () => undefined,
      onWarning: () => undefined,
    })
    onTestFinished(() => client.close())
    const statsOf = (index: number) => {
      const found = loggingOf(client)
        .stats()
        .handlers.find(({ handler }) => handler === `sinks[${index}]`)
      if (found === undefined) throw new Error(`no stats of sink ${index}`)
      return found
    }
    for (let call = 0; call < CALLS; call++) {
      const answer = await client.callTool({ name: 'work', arguments: {} })
      expect(answer.content).toEqual([{ type: 'text', text: 'done' }])
      expect(statsOf(0).queued).toBeLessThanOrEqual(ROOM)
      expect(accounted(statsOf(0))).toBe(true)
    }
    await vi.waitFor(() => expect(statsOf(1).queued).toBe(0), BOUND_MS)
    expect(taken.filter(({ source }) => source === 'message')).toHaveLength(CALLS * LOGS)
    expect(sum(statsOf(1).dropped)).toBe(0)
    await client.close()
    const { received, delivered, queued, dropped } = statsOf(0)
    expect(received).toBeGreaterThan(CALLS * LOGS)
    expect({ delivered, queued, lost: sum(dropped) }).toEqual({ delivered: 0, queued: 0, lost: received })
  })

  it('in a server stops no call and no other sink, and what it loses is counted', async () => {
    const many = 10_500
    const taken: LogRecord[] = []
    const work = (log: { info: (message: string) => void }): void => {
      for (let n = 0; n < LOGS; n++) log.info(`${n}`)
    }
    const flood = (log: { info: (message: string) => void }): void => {
      for (let n = 0; n < many; n++) log.info(`${n}`)
    }
    const broken = makeBroken()
    const server = makeV1(
      { work, flood },
      quiet(taken, { sinks: [broken, (batch) => void taken.push(...batch)] }),
    )
    const { InMemoryTransport } = await import('@modelcontextprotocol/sdk/inMemory.js')
    const [near, far] = InMemoryTransport.createLinkedPair()
    await server.connect(far)
    const peer = await connectV1(near)
    onTestFinished(() => void peer.close())
    const done = { content: [{ type: 'text', text: 'done' }] }
    for (let call = 0; call < CALLS; call++) expect(await peer.call('work')).toEqual(done)
    const logged = () => taken.filter(({ message }) => /^\d+$/.test(message))
    await vi.waitFor(() => expect(logged()).toHaveLength(CALLS * LOGS), BOUND_MS)
    expect(await peer.call('flood')).toEqual(done)
    await vi.waitFor(() => {
      // The queue of a server holds 10,000: all beyond them is gone, and counted, also of the sink that is well.
      const { dropped, records } = server.logging.stats()
      expect(records).toBeGreaterThanOrEqual(CALLS * LOGS + many)
      const lost = (dropped['sink1.overflow'] ?? 0) + (dropped['sink1.failed'] ?? 0)
      expect(lost).toBeGreaterThanOrEqual(records - 10_000)
      expect(taken.length + (dropped['sink2.overflow'] ?? 0)).toBe(records)
    }, BOUND_MS)
  })
})
