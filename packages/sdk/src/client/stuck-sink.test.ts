import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it, onTestFinished } from 'vitest'
import { connect, loggingOf } from './index.ts'

const FLOOD = 100_000
const QUEUE = 10_000

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Bytes of the heap that something still holds. */
const heldBytes = (): number => {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

it('counts 100,000 logs into a sink that never answers, and holds no more than its queue', {
  timeout: 120_000,
}, async () => {
  const server = fileURLToPath(new URL('../../../../bench/lib/log-server.mjs', import.meta.url))
  const client = await connect(
    { command: process.execPath, args: [server] },
    { sinks: [() => new Promise<void>(() => undefined)], closeTimeoutMs: 50, onWarning: () => undefined },
  )
  onTestFinished(() => client.close())
  const before = heldBytes()
  await client.callTool({ name: 'flood', arguments: { count: FLOOD } }, { timeout: 100_000 })
  const grown = heldBytes() - before

  const { records, received, delivered, queued, dropped } = loggingOf(client).stats()
  expect(records).toBeGreaterThan(FLOOD)
  expect({ received, delivered, queued }).toEqual({ received: records, delivered: 0, queued: QUEUE })
  expect(dropped).toEqual({ overflow: received - QUEUE })
  // A record of 420 bytes on the wire. What each holds, times what a collector leaves lying, is what the process grows by.
  expect(grown / QUEUE).toBeLessThan(900)
})
