import type { LogRecord } from '@logboom/sdk/record'
import { describe, expect, test } from 'vitest'
import { startStream } from './stream.ts'

const record = (seq: number): LogRecord => ({
  id: `id-${seq}`,
  time: seq,
  observed: seq,
  seq,
  level: 'info',
  server: 's',
  run: 'r',
  source: 'message',
  message: `m${seq}`,
  attributes: {},
})

/** A store whose records come when the test says so; ends with the signal, as `follow` promises. */
const manual = () => {
  const queue: LogRecord[] = []
  let wake = (): void => {}
  return {
    push(next: LogRecord): void {
      queue.push(next)
      wake()
    },
    async *follow({ signal }: { signal?: AbortSignal }): AsyncGenerator<LogRecord> {
      signal?.addEventListener('abort', () => wake())
      while (signal?.aborted !== true) {
        const next = queue.shift()
        if (next !== undefined) yield next
        else
          await new Promise<void>((resolve) => {
            wake = resolve
          })
      }
    },
  }
}

describe('the live stream', () => {
  test('prints every record in order, and keeps it', async () => {
    const stop = new AbortController()
    const store = manual()
    const printed: string[] = []
    const print = async ({ message }: LogRecord): Promise<void> => void printed.push(message)
    const stream = startStream({ store, print, signal: stop.signal })
    store.push(record(0))
    store.push(record(1))
    expect(await stream.until((records) => records.length === 2, 5_000)).toBe(true)
    expect(printed).toEqual(['m0', 'm1'])
    stop.abort()
    await stream.ended
  })

  test('stops waiting when the time has passed or the signal comes', async () => {
    const stop = new AbortController()
    const stream = startStream({ store: manual(), print: async () => {}, signal: stop.signal })
    expect(await stream.until(() => false, 10)).toBe(false)
    const waiting = stream.until(() => false, 60_000)
    stop.abort()
    expect(await waiting).toBe(false)
    expect(await stream.until(() => false, 60_000)).toBe(false)
    await stream.ended
  })
})
