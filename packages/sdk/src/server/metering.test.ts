/** What a server's meter is told. */
import { McpServer } from '@modelcontextprotocol/server'
import { expect, test } from 'vitest'
import type { LogRecord } from '../record/index.ts'
import type { Meter } from '../sink/index.ts'
import { withLogging } from './with-logging.ts'

const tallying = () => {
  const seen: LogRecord[] = []
  const queues: Record<string, number> = { taken: 0, dropped: 0 }
  const metrics: Meter = {
    record: (record) => void seen.push(record),
    taken: () => {
      queues.taken = (queues.taken ?? 0) + 1
    },
    dropped: (reason, records) => {
      queues[reason] = (queues[reason] ?? 0) + records
    },
    reduced: () => {},
  }
  return { seen, queues, metrics }
}

test('gets every record once, masked, however many ways out there are, and what their queues do', async () => {
  const { seen, queues, metrics } = tallying()
  const logged: LogRecord[] = []
  const refusing = (): never => {
    throw new Error('no')
  }
  const server = withLogging(new McpServer({ name: 'metered', version: '1.0.0' }), {
    env: {},
    stderr: false,
    level: 'info',
    metrics,
    sinks: [(batch) => void logged.push(...batch), () => {}, refusing],
  })
  server.logging.log.debug('below the level')
  server.logging.log.info('one', { password: 'hunter2' })
  server.logging.log.error('two')
  await server.logging.flush()
  const ours = seen.filter(({ logger }) => logger !== 'logboom')
  expect(ours.map(({ message, redacted }) => [message, redacted])).toEqual([
    ['one', 1],
    ['two', undefined],
  ])
  expect(logged.filter(({ logger }) => logger !== 'logboom')).toEqual(ours)
  // That a way refuses is a record too, told once.
  expect(seen).toHaveLength(3)
  expect(queues.taken).toBe(2 * logged.length)
  expect(queues.failed).toBeGreaterThanOrEqual(2)
  expect(server.logging.stats().dropped).toEqual({ 'sink3.failed': queues.failed })
})

test('a meter that throws does not keep a record from its ways out', async () => {
  const fail = (): never => {
    throw new Error('no registry')
  }
  const logged: LogRecord[] = []
  const server = withLogging(new McpServer({ name: 'metered-badly', version: '1.0.0' }), {
    env: {},
    stderr: false,
    metrics: { record: fail, taken: fail, dropped: fail, reduced: fail },
    sinks: [(batch) => void logged.push(...batch)],
  })
  server.logging.log.info('one')
  await server.logging.flush()
  expect(logged.map(({ message }) => message)).toEqual(['one'])
})

test('a promise of a meter is refused', () => {
  const server = new McpServer({ name: 'metered-late', version: '1.0.0' })
  expect(() => withLogging(server, { env: {}, metrics: Promise.resolve() as never })).toThrow(
    expect.objectContaining({ code: 'LB_USAGE', message: expect.stringContaining('"metrics"') }),
  )
})
