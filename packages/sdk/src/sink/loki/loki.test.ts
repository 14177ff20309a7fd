import { expect, it, describe as suite } from 'vitest'
import { fakeHttp } from '../../testing/fake-http.ts'
import { behaving, failure, schemaCheck, seenOf } from '../../testing/http-sinks.ts'
import { checkSink, makeRecord } from '../../testing/index.ts'
import { lokiSink } from './loki.ts'

// https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs
const check = schemaCheck({
  type: 'object',
  additionalProperties: false,
  required: ['streams'],
  properties: {
    streams: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['stream', 'values'],
        properties: {
          stream: {
            type: 'object',
            minProperties: 1,
            // max_label_names_per_series
            maxProperties: 15,
            propertyNames: { pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$' },
            additionalProperties: { type: 'string', maxLength: 2048 },
          },
          values: {
            type: 'array',
            minItems: 1,
            items: {
              type: 'array',
              minItems: 2,
              maxItems: 3,
              items: [
                { type: 'string', pattern: '^\\d{1,19}$' },
                { type: 'string' },
                { type: 'object', maxProperties: 128, additionalProperties: { type: 'string' } },
              ],
            },
          },
        },
      },
    },
  },
})

interface Stream {
  stream: Record<string, string>
  values: [string, string, Record<string, string>?][]
}

const receiver = async () => {
  const streams: Stream[] = []
  const seqs: number[] = []
  /** So many of a push are ignored, from its end. */
  let ignore = 0
  const http = await fakeHttp(({ text, path }) => {
    if (path !== '/loki/api/v1/push') throw new Error('not the push API')
    const body = JSON.parse(text) as { streams: Stream[] }
    check(body)
    for (const { values } of body.streams)
      for (const [, line] of values) if (Buffer.byteLength(line) > 262_144) throw new Error('max_line_size')
    streams.push(...body.streams)
    const all = body.streams.flatMap(({ values }) =>
      values.map(([, line, metadata]): number => Number(metadata?.seq ?? JSON.parse(line).seq)),
    )
    seqs.push(...all.slice(0, all.length - ignore))
    if (ignore === 0) return { status: 204 }
    const said = `entry with timestamp 2025 ignored, reason: 'entry too far behind',\ntotal ignored: ${ignore} out of ${all.length} for stream: {}`
    return { status: 400, body: said }
  })
  const fake = behaving(http, seqs, () => {
    ignore = 2
  })
  return { ...fake, streams }
}

suite('the Loki sink', () => {
  for (const format of ['json', 'text'] as const)
    for (const { name, run } of checkSink({
      makeFake: receiver,
      makeSink: ({ http }) => lokiSink({ url: http.url, format }),
      can: ['ok', 'transient', 'permanent', 'partial', 'slow', 'hanging'],
    }))
      it(`${format}: ${name}`, run)

  it('has labels of few values, and a line that is the record', async () => {
    const fake = await receiver()
    const batch = [
      makeRecord(0, { time: 1_760_000_000_000.123, attributes: { user: 7 }, logger: 'db' }),
      makeRecord(1, { level: 'error' }),
      makeRecord(2, { traceId: '0af7651916cd43dd8448eb211c80319c' }),
    ]
    await lokiSink({ url: fake.http.url, labels: { app: 'x' }, tenant: 't1' })(batch)
    expect(fake.http.requests[0]?.headers['x-scope-orgid']).toBe('t1')
    expect(fake.streams.map(({ stream }) => stream)).toEqual([
      { app: 'x', level: 'info', server: 'analytics', source: 'message' },
      { app: 'x', level: 'error', server: 'analytics', source: 'message' },
    ])
    const [first, second] = fake.streams
    expect(first?.values.map(([time]) => time)).toEqual(['1760000000000123000', '1760000000002000000'])
    expect(first?.values.map(([, line]) => JSON.parse(line))).toEqual([batch[0], batch[2]])
    expect(second?.values.map(([, line]) => JSON.parse(line))).toEqual([batch[1]])
    await fake.close?.()
  })

  it('as text, has the message as the line and the rest as structured metadata', async () => {
    const fake = await receiver()
    const record = makeRecord(4, {
      id: '0190',
      message: 'slow',
      logger: 'db',
      attributes: { ms: 812 },
      call: {
        id: 'c',
        method: 'tools/call',
        tool: 'add',
        requestId: 7,
        from: 'client',
        attribution: 'inferred',
      },
      traceId: '0af7651916cd43dd8448eb211c80319c',
    })
    await lokiSink({ url: `${fake.http.url}/loki/api/v1/push`, format: 'text' })([record])
    expect(fake.streams[0]?.values).toEqual([
      [
        '1760000000004000000',
        'slow',
        {
          record_id: '0190',
          run: record.run,
          seq: '4',
          logger: 'db',
          trace_id: '0af7651916cd43dd8448eb211c80319c',
          call_id: 'c',
          call_attribution: 'inferred',
          method: 'tools/call',
          tool: 'add',
          attributes: '{"ms":812}',
        },
      ],
    ])
    await fake.close?.()
  })

  it('tells how many Loki ignored; of a 400 that does not say, all', async () => {
    const fake = await receiver()
    await fake.behave('partial')
    const sink = lokiSink({ url: fake.http.url })
    const batch = [makeRecord(0), makeRecord(1), makeRecord(2)]
    expect(await failure(sink, batch)).toMatchObject({ rejectedCount: 2, retryable: false })
    fake.http.script({ status: 400, body: 'error at least one label pair is required' })
    const error = await failure(sink, batch)
    expect(error).toMatchObject({ retryable: false, rejects: undefined, rejectedCount: undefined })
    expect(error.message).toContain('at least one label pair')
    fake.http.script({ status: 429, headers: { 'retry-after': '2' } })
    expect(await failure(sink, batch)).toMatchObject({ retryable: true, retryAfterMs: 2000 })
    await fake.close?.()
  })

  it('refuses a line that Loki would not take alone, and keeps requests within their bytes', async () => {
    const fake = await receiver()
    const large = makeRecord(1, { attributes: { a: 'x'.repeat(262_144) } })
    const error = await failure(lokiSink({ url: fake.http.url }), [makeRecord(0), large, makeRecord(2)])
    expect(error.rejects?.map(({ index, retryable }) => [index, retryable])).toEqual([[1, false]])
    const batch = Array.from({ length: 30 }, (_, i) => makeRecord(3 + i, { server: `s${i % 3}` }))
    const before = fake.http.requests.length
    await lokiSink({ url: fake.http.url, maxBytes: 2000 })(batch)
    const requests = fake.http.requests.slice(before)
    expect(requests.length).toBeGreaterThan(3)
    for (const { text } of requests) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2000)
    expect([...(await fake.taken())].sort((a, b) => a - b)).toEqual([0, 2, ...batch.map(({ seq }) => seq)])
    await fake.close?.()
  })

  it('names the option that is wrong, and never shows what is secret', async () => {
    const url = 'http://127.0.0.1:1'
    expect(() => lokiSink({ url, labels: { level: 'x' } })).toThrow(/"labels"/)
    expect(() => lokiSink({ url, labels: { 'a-b': 'x' } })).toThrow(/"labels"/)
    expect(() => lokiSink({ url, tenant: 'a\nb' })).toThrow(/"tenant"/)
    const fake = await receiver()
    const sink = lokiSink({
      url: fake.http.url.replace('//', '//me:geheim@'),
      headers: { 'x-key': 'geheim' },
      tenant: 'geheim',
    })
    expect(await seenOf(fake.http, sink, [makeRecord(0)])).not.toContain('geheim')
  })
})
