import { expect, it, describe as suite } from 'vitest'
import { fakeHttp } from '../../testing/fake-http.ts'
import { behaving, failure, schemaCheck, seenOf } from '../../testing/http-sinks.ts'
import { checkSink, makeRecord } from '../../testing/index.ts'
import { createDelivery } from '../delivery.ts'
import { splunkSink } from './splunk.ts'

// https://help.splunk.com/en/splunk-enterprise/get-data-in/get-started-with-getting-data-in "Format events for HTTP Event Collector"
const check = schemaCheck({
  type: 'object',
  additionalProperties: false,
  required: ['event'],
  properties: {
    time: { type: 'string', pattern: '^\\d+\\.\\d{1,6}$' },
    host: { type: 'string' },
    source: { type: 'string' },
    sourcetype: { type: 'string' },
    index: { type: 'string' },
    event: { type: 'object', minProperties: 1 },
    // Flat: nothing in it has fields of its own.
    fields: { type: 'object', additionalProperties: { type: 'string' } },
  },
})

interface Stop {
  code: number
  text: string
  status: number
}
const BAD: Stop = { code: 6, text: 'Invalid data format', status: 400 }
const BUSY: Stop = { code: 9, text: 'Server is busy', status: 503 }

/** A collector, which takes events in order and stops at those it is told to by `seq`. */
const receiver = async () => {
  const events: Record<string, unknown>[] = []
  const seqs: number[] = []
  const stops = new Map<number, Stop>()
  const http = await fakeHttp(({ text, path, headers }) => {
    if (path !== '/services/collector/event' || headers.authorization !== 'Splunk geheim')
      throw new Error('not the collector')
    const all = text.split('\n').map((line) => JSON.parse(line))
    for (const event of all) check(event)
    for (const [at, event] of all.entries()) {
      const stop = stops.get(event.event.seq)
      if (stop !== undefined) {
        const { code, status } = stop
        return { status, body: JSON.stringify({ text: stop.text, code, 'invalid-event-number': at }) }
      }
      events.push(event)
      seqs.push(event.event.seq)
    }
    return { body: '{"text":"Success","code":0}' }
  })
  const fake = behaving(http, seqs, () => {
    stops.set(1, BAD).set(4, BUSY)
  })
  return { ...fake, events, stops }
}
const sinkOf = (fake: Awaited<ReturnType<typeof receiver>>) =>
  splunkSink({ url: fake.http.url, token: 'geheim' })
const batchOf = (count: number) => Array.from({ length: count }, (_, seq) => makeRecord(seq))

suite('the Splunk sink', () => {
  for (const { name, run } of checkSink({
    makeFake: receiver,
    makeSink: sinkOf,
    can: ['ok', 'transient', 'permanent', 'partial', 'slow', 'hanging'],
  }))
    it(name, run)

  it('gives every field its place', async () => {
    const fake = await receiver()
    const record = makeRecord(3, {
      time: 1_760_000_000_000.123,
      level: 'alert',
      host: 'box',
      call: {
        id: 'c',
        method: 'tools/call',
        tool: 'add',
        requestId: 7,
        from: 'client',
        attribution: 'exact',
      },
    })
    const options = {
      url: fake.http.url,
      token: 'geheim',
      index: 'mcp',
      sourcetype: 'mcp:log',
      source: 'app',
    }
    await splunkSink(options)([record])
    expect(fake.events).toEqual([
      {
        time: '1760000000.000123',
        host: 'box',
        index: 'mcp',
        sourcetype: 'mcp:log',
        source: 'app',
        event: record,
        fields: { level: 'alert', server: 'analytics', log_source: 'message', tool: 'add' },
      },
    ])
    await fake.close?.()
  })

  it('goes on behind each event that the collector stops at', async () => {
    const fake = await receiver()
    fake.stops
      .set(0, BAD)
      .set(3, { ...BAD, code: 7 })
      .set(9, { ...BAD, code: 12 })
    const error = await failure(sinkOf(fake), batchOf(10))
    expect(error.rejects?.map(({ index, retryable }) => [index, retryable])).toEqual([
      [0, false],
      [3, false],
      [9, false],
    ])
    expect(error.retryable).toBe(false)
    expect(error.message).toContain('Invalid data format (code 12)')
    expect(await fake.taken()).toEqual([1, 2, 4, 5, 6, 7, 8])
    await fake.close?.()
  })

  it('a collector that is busy in the middle gets the rest later, and nothing twice', async () => {
    const fake = await receiver()
    fake.stops.set(1, BAD).set(3, BUSY)
    const errors: unknown[] = []
    const delivery = createDelivery(sinkOf(fake), {
      retry: { firstMs: 1 },
      onError: (error) => {
        errors.push(error)
        fake.stops.delete(3)
      },
    })
    for (const record of batchOf(6)) delivery.push(record)
    await delivery.flush(5000)
    expect(await fake.taken()).toEqual([0, 2, 3, 4, 5])
    expect(delivery.stats()).toMatchObject({ delivered: 5, dropped: { failed: 1 } })
    expect(errors).toHaveLength(1)
    await fake.close?.()
  })

  it.each([
    [403, { text: 'Invalid token', code: 4 }, false],
    [400, { text: 'Incorrect index', code: 7 }, false],
    [500, { text: 'Internal server error', code: 8 }, true],
    [503, { text: 'Server is busy', code: 9 }, true],
    [400, { text: 'Queue at capacity', code: 26 }, true],
    [404, 'not found', false],
  ])('an answer of %i %j may be tried again: %s', async (status, body, retryable) => {
    const fake = await receiver()
    fake.http.script({ status, body: JSON.stringify(body) })
    expect(await failure(sinkOf(fake), batchOf(2))).toMatchObject({ retryable, rejects: undefined })
    await fake.close?.()
  })

  it('keeps requests within their bytes', async () => {
    const fake = await receiver()
    await splunkSink({ url: fake.http.url, token: 'geheim', maxBytes: 2000 })(batchOf(30))
    expect(fake.http.requests.length).toBeGreaterThan(3)
    for (const { text } of fake.http.requests) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2000)
    expect(await fake.taken()).toEqual(batchOf(30).map(({ seq }) => seq))
    await fake.close?.()
  })

  it('names the option that is wrong, and never shows its token', async () => {
    expect(() => splunkSink({ url: 'http://127.0.0.1:1' } as never)).toThrow(/"token" is needed/)
    expect(() => splunkSink({ url: 'http://127.0.0.1:1', token: 'geheim\r' })).toThrow(
      /^(?!.*geheim).*"token"/,
    )
    const fake = await receiver()
    expect(await seenOf(fake.http, sinkOf(fake), batchOf(1))).not.toContain('geheim')
  })
})
