import { connect, type Socket } from 'node:net'
import type { LogRecord } from '@logboom/sdk/record'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { describe, expect, it, vi } from 'vitest'
import { request } from '../testing.ts'
import { type TestHub, withHub } from '../testing-hub.ts'

vi.setConfig({ testTimeout: 30_000 })

const eventually = (check: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(check, { timeout: 20_000 })

let seq = 0
const records = (count: number, fields: Partial<LogRecord> = {}): LogRecord[] =>
  Array.from({ length: count }, () => {
    seq += 1
    return {
      id: `id-${seq}`,
      time: seq,
      observed: seq,
      seq,
      level: seq % 5 === 0 ? 'error' : 'info',
      server: 'analytics',
      run: 'run',
      source: 'message',
      message: `message ${seq} of a length that logs have in the wild`,
      attributes: { n: seq },
      ...fields,
    }
  })

/** Follows the tail until it has seen a position; what it got, by events. */
const follow = async (
  hub: TestHub,
  path: string,
  until: (events: readonly EventSourceMessage[], lastId: number) => boolean,
  headers: Record<string, string> = {},
): Promise<{ events: EventSourceMessage[]; lastId: number }> => {
  const stop = new AbortController()
  const response = await fetch(`${hub.url}/api/v1/tail${path}`, { headers, signal: stop.signal })
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  const events: EventSourceMessage[] = []
  let lastId = -1
  const parser = createParser({ onEvent: (event) => events.push(event) })
  const decoder = new TextDecoder()
  for await (const part of response.body ?? []) {
    const text = decoder.decode(part, { stream: true })
    lastId = Number([...text.matchAll(/^id: (\d+)$/gm)].at(-1)?.[1] ?? lastId)
    parser.feed(text)
    if (until(events, lastId)) break
  }
  stop.abort()
  return { events, lastId }
}

const readers = async (hub: TestHub): Promise<number> => {
  const text = await (await fetch(`${hub.url}/metrics`)).text()
  return Number(/^logboom_tail_readers (\d+)$/m.exec(text)?.[1])
}

const positions = (events: readonly EventSourceMessage[]): number[] => events.map(({ id }) => Number(id))

describe('the live tail', () => {
  it('goes on after Last-Event-ID, from the archive and then live, without gap or double', async () => {
    await withHub({ heartbeatMs: 50 }, async (hub) => {
      const path = `?q=${encodeURIComponent('level:error')}`
      hub.store(records(100))
      const all: number[] = []
      let last = 20
      for (let cut = 0; cut < 5; cut++) {
        hub.store(records(700))
        const followed = follow(hub, path, (_, lastId) => lastId >= 100 + 1400 * (cut + 1), {
          'last-event-id': String(last),
        })
        hub.store(records(350))
        await eventually(async () => expect(await readers(hub)).toBe(1))
        hub.store(records(350))
        const { events, lastId } = await followed
        all.push(...positions(events))
        last = lastId
      }
      const { items } = await hub.archive.page({ after: 20, order: 'oldest', limit: 10_000 })
      const expected = items.filter(({ record }) => record.level === 'error').map(({ position }) => position)
      expect(expected.length).toBeGreaterThan(1000)
      expect(all).toEqual(expected)
      await eventually(async () => expect(await readers(hub)).toBe(0))
      expect(hub.errors).toEqual([])
    })
  })

  it('sends each record as /records does', async () => {
    await withHub({ heartbeatMs: 50 }, async (hub) => {
      hub.store(
        records(2, { message: 'first\nsecond\r\n\u2028 处理 \u0000', attributes: { a: [1, { b: null }] } }),
      )
      const { events } = await follow(hub, '?after=0', (seen) => seen.length === 2)
      const page = await (await fetch(`${hub.url}/api/v1/records?order=oldest`)).json()
      expect(events.map(({ data }) => JSON.parse(data))).toEqual((page as { items: unknown[] }).items)
    })
  })

  it('costs nothing for a HEAD, or once its reader has left', async () => {
    await withHub({}, async (hub) => {
      const head = await request(hub.port, '/api/v1/tail', {}, 'HEAD')
      expect([head.status, head.headers['content-type'], await readers(hub)]).toEqual([
        200,
        'text/event-stream',
        0,
      ])
      const socket = open(hub)
      await eventually(async () => expect(await readers(hub)).toBe(1))
      socket.destroy()
      await eventually(async () => expect(await readers(hub)).toBe(0))
    })
  })

  it('tells a reader that did not read what it missed, and others miss nothing', async () => {
    await withHub({ heartbeatMs: 50 }, async (hub) => {
      const stuck = open(hub)
      stuck.pause()
      await eventually(async () => expect(await readers(hub)).toBe(1))
      const total = 20_000
      const other = follow(hub, '', (_, lastId) => lastId >= total)
      await eventually(async () => expect(await readers(hub)).toBe(2))
      const text = 'x'.repeat(2000)
      for (let stored = 0; stored < total; stored += 200) {
        hub.store(records(200, { attributes: { text } }))
        await new Promise((resolve) => setImmediate(resolve))
      }
      const { events: seen } = await other
      const skips = seen
        .filter(({ event }) => event === 'skipped')
        .map(({ data }) => JSON.parse(data).count as number)
      const missed = skips.reduce((sum, count) => sum + count, 0)
      expect(seen.length - skips.length + missed).toBe(total)

      const events: EventSourceMessage[] = []
      const parser = createParser({ onEvent: (event) => events.push(event) })
      // Past the headers and the sizes of the parts nothing but events is in the bytes; a part's end may cut a line.
      const body = readBody(stuck, parser.feed)
      stuck.resume()
      await eventually(() => expect(positions(events).at(-1)).toBe(total))
      body()
      stuck.destroy()
      const skipped = events.filter(({ event }) => event === 'skipped')
      const counts = skipped.map(
        ({ data }) => JSON.parse(data) as { count: number; after: number; before: number },
      )
      const got = positions(events.filter(({ event }) => event === undefined))
      expect(counts.length).toBeGreaterThan(0)
      expect(got.length + counts.reduce((sum, { count }) => sum + count, 0)).toBe(total)
      for (const { count, after, before } of counts) expect(before - after - 1).toBe(count)
      expect(got).toEqual([...got].sort((a, b) => a - b))
    })
  })

  it('ends when the hub does', async () => {
    let body: AsyncIterable<Uint8Array> | undefined
    await withHub({}, async (hub) => {
      body = (await fetch(`${hub.url}/api/v1/tail`)).body ?? undefined
      await eventually(async () => expect(await readers(hub)).toBe(1))
    })
    const parts: string[] = []
    for await (const part of body ?? []) parts.push(Buffer.from(part).toString())
    expect(parts).toEqual(['retry: 1000\nid: 0\n\n'])
  })

  it('refuses what is no position, and a query that does not parse', async () => {
    await withHub({}, async (hub) => {
      const ask = async (path: string, headers: Record<string, string> = {}): Promise<unknown> => {
        const answer = await fetch(`${hub.url}/api/v1/tail${path}`, { headers })
        return [answer.status, ((await answer.json()) as { error: { code: string } }).error.code]
      }
      expect(await ask('', { 'last-event-id': 'abc' })).toEqual([400, 'LB_API_REQUEST'])
      expect(await ask('?after=-1')).toEqual([400, 'LB_API_REQUEST'])
      expect(await ask('?limit=5')).toEqual([400, 'LB_API_REQUEST'])
      expect(await ask('?q=level:')).toEqual([400, 'LB_QUERY_SYNTAX'])
    })
  })
})

const open = (hub: TestHub): Socket => {
  const socket = connect(hub.port, '127.0.0.1')
  socket.write(`GET /api/v1/tail HTTP/1.1\r\nHost: 127.0.0.1:${hub.port}\r\n\r\n`)
  return socket
}

/** Hands the body of a chunked answer to `take`; returns what stops it. */
const readBody = (socket: Socket, take: (text: string) => void): (() => void) => {
  let rest = Buffer.alloc(0)
  let inBody = false
  const decoder = new TextDecoder()
  const onData = (part: Buffer): void => {
    rest = Buffer.concat([rest, part])
    if (!inBody) {
      const end = rest.indexOf('\r\n\r\n')
      if (end === -1) return
      rest = rest.subarray(end + 4)
      inBody = true
    }
    for (;;) {
      const line = rest.indexOf('\r\n')
      if (line === -1) return
      const size = Number.parseInt(rest.subarray(0, line).toString(), 16)
      if (rest.length < line + 2 + size + 2) return
      take(decoder.decode(rest.subarray(line + 2, line + 2 + size), { stream: true }))
      rest = rest.subarray(line + 2 + size + 2)
    }
  }
  socket.on('data', onData)
  return () => socket.off('data', onData)
}
