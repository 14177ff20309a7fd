import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Arrival, followTail, type Link, type TailSettings } from './tail.ts'

interface Asked {
  lastId: string | undefined
  authorization: string | undefined
  answer: ServerResponse
}

/** A server that keeps who asks, and what follows it. */
const follow = async (settings: Partial<TailSettings> = {}) => {
  const asked: Asked[] = []
  const server = createServer(({ headers }, answer) => {
    asked.push({
      lastId: headers['last-event-id'] as string | undefined,
      authorization: headers.authorization,
      answer,
    })
    told()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const arrivals: Arrival[] = []
  const links: Link['state'][] = []
  let others = 0
  let wake = (): void => {}
  const waiting = new Set<() => void>()
  const told = (): void => {
    for (const again of waiting) again()
  }
  /** Whenever something is told. */
  const until = (done: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!done()) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  const end = followTail({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/tail`,
    after: 10,
    headers: () => ({ authorization: 'Bearer secret' }),
    onArrivals: (more) => {
      arrivals.push(...more)
      told()
    },
    onLink: ({ state }) => {
      links.push(state)
      told()
    },
    onOtherStore: () => {
      others++
      told()
    },
    onWake: (again) => {
      wake = again
      return () => {}
    },
    ...settings,
  })
  onTestFinished(() => {
    end()
    server.closeAllConnections()
    server.close()
  })
  const positions = (): number[] =>
    arrivals.map((arrival) => (arrival.kind === 'record' ? arrival.position : -arrival.count))
  return { asked, positions, links, others: () => others, wake: () => wake(), until, end }
}

const event = (position: number): string =>
  `id: ${position}\ndata: {"position":${position},"record":{"message":"数据 ${position}"}}\n\n`

const begin = (answer: ServerResponse): void => {
  answer.writeHead(200, { 'content-type': 'text/event-stream' })
  answer.write('retry: 1000\nid: 10\n\n')
}

const at = <T>(list: readonly T[], index: number): T => {
  const found = list[index]
  if (found === undefined) throw new Error(`nothing at ${index}`)
  return found
}

describe('following the tail', () => {
  it('begins after a position, with the token, and puts blocks together however they are cut', async () => {
    const tail = await follow()
    await tail.until(() => tail.asked.length === 1)
    const { lastId, authorization, answer } = at(tail.asked, 0)
    expect({ lastId, authorization }).toEqual({ lastId: '10', authorization: 'Bearer secret' })
    begin(answer)
    const bytes = Buffer.from(event(11) + event(12))
    for (const byte of bytes) answer.write(Buffer.of(byte))
    await tail.until(() => tail.positions().length === 2)
    expect(tail.positions()).toEqual([11, 12])
    expect(tail.links).toEqual(['connecting', 'live'])
  })

  it('goes on after the last id it was given, a heartbeat’s too, and takes nothing twice', async () => {
    const tail = await follow()
    await tail.until(() => tail.asked.length === 1)
    begin(at(tail.asked, 0).answer)
    at(tail.asked, 0).answer.write(`${event(11)}id: 40\n\nid: 41\ndata: {"posi`)
    await tail.until(() => tail.positions().length === 1)
    at(tail.asked, 0).answer.destroy()
    await tail.until(() => tail.asked.length === 2)
    expect(at(tail.asked, 1).lastId).toBe('40')
    at(tail.asked, 1).answer.writeHead(200)
    at(tail.asked, 1).answer.write(`id: 40\n\n${event(40)}${event(41)}`)
    await tail.until(() => tail.positions().length === 2)
    expect(tail.positions()).toEqual([11, 41])
    expect(tail.links).toEqual(['connecting', 'live', 'reconnecting', 'live'])
  })

  it('tells what the hub skipped', async () => {
    const tail = await follow()
    await tail.until(() => tail.asked.length === 1)
    begin(at(tail.asked, 0).answer)
    at(tail.asked, 0).answer.write(
      `id: 29\nevent: skipped\ndata: {"count":19,"after":10,"before":30}\n\n${event(30)}`,
    )
    await tail.until(() => tail.positions().length === 2)
    expect(tail.positions()).toEqual([-19, 30])
  })

  it('connects again when no byte comes any more', async () => {
    const tail = await follow({ stallMs: 50 })
    await tail.until(() => tail.asked.length === 1)
    begin(at(tail.asked, 0).answer)
    await tail.until(() => tail.asked.length === 2)
    expect(tail.links).toContain('reconnecting')
  })

  it('connects at once when it is woken, however long it would have waited', async () => {
    const tail = await follow()
    for (let times = 1; times <= 6; times++) {
      await tail.until(() => tail.asked.length === times)
      at(tail.asked, times - 1).answer.destroy()
      await tail.until(() => tail.links.filter((link) => link === 'reconnecting').length === times)
      tail.wake()
    }
    await tail.until(() => tail.asked.length === 7)
  })

  it('stops where asking again would fail the same way, and says why', async () => {
    const failed: Link[] = []
    const links: Link[] = []
    const tail = await follow({ onLink: (link) => (link.state === 'failed' ? failed : links).push(link) })
    await tail.until(() => tail.asked.length === 1)
    at(tail.asked, 0)
      .answer.writeHead(400, { 'content-type': 'application/json' })
      .end('{"error":{"code":"LB_QUERY_SYNTAX","message":"Expected )","column":13}}')
    await expect.poll(() => failed.length).toBe(1)
    expect(failed).toMatchObject([{ state: 'failed', error: { code: 'LB_QUERY_SYNTAX', column: 13 } }])
    expect(tail.asked.length).toBe(1)
  })

  it('notices that the hub has another store', async () => {
    const tail = await follow()
    await tail.until(() => tail.asked.length === 1)
    begin(at(tail.asked, 0).answer)
    at(tail.asked, 0).answer.write(event(3))
    await tail.until(() => tail.others() === 1)
    expect(tail.positions()).toEqual([])
  })
})
