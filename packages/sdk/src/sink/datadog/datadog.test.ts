import { expect, it, describe as suite } from 'vitest'
import { LEVELS } from '../../record/index.ts'
import { fakeHttp } from '../../testing/fake-http.ts'
import { behaving, failure, schemaCheck, seenOf } from '../../testing/http-sinks.ts'
import { checkSink, makeRecord } from '../../testing/index.ts'
import { datadogSink } from './datadog.ts'
import { STATUS } from './encode.ts'

// https://docs.datadoghq.com/api/latest/logs/#send-logs: HTTPLog, and its limits.
const check = schemaCheck({
  type: 'array',
  minItems: 1,
  maxItems: 1000,
  items: {
    type: 'object',
    required: ['message', 'status', 'service', 'ddsource'],
    properties: {
      message: { type: 'string' },
      // https://docs.datadoghq.com/logs/log_configuration/processors/#log-status-remapper
      status: {
        enum: ['emergency', 'alert', 'critical', 'error', 'warn', 'notice', 'info', 'debug'],
      },
      service: { type: 'string' },
      ddsource: { type: 'string' },
      ddtags: { type: 'string', pattern: '^[^,:]+:[^,]*(,[^,:]+:[^,]*)*$' },
      hostname: { type: 'string' },
      timestamp: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3,6}Z$' },
    },
  },
})

const receiver = async () => {
  const entries: Record<string, unknown>[] = []
  const seqs: number[] = []
  const http = await fakeHttp(({ text, path, headers }) => {
    if (Buffer.byteLength(text) > 5_000_000) return { status: 413 }
    const body = JSON.parse(text)
    check(body)
    for (const entry of body)
      if (Buffer.byteLength(JSON.stringify(entry)) > 1_000_000) throw new Error('an entry of over 1 MB')
    if (path !== '/api/v2/logs' || headers['dd-api-key'] !== 'geheim') throw new Error('not the intake')
    for (const entry of body) {
      entries.push(entry)
      seqs.push(entry.logboom.seq)
    }
    return { status: 202, body: '{}' }
  })
  return { ...behaving(http, seqs), entries }
}
const sinkOf = (fake: Awaited<ReturnType<typeof receiver>>, maxBytes?: number) =>
  datadogSink({
    apiKey: 'geheim',
    url: `${fake.http.url}/api/v2/logs`,
    ...(maxBytes === undefined ? {} : { maxBytes }),
  })

suite('the Datadog sink', () => {
  const can = ['ok', 'transient', 'permanent', 'slow', 'hanging'] as const
  for (const { name, run } of checkSink({ makeFake: receiver, makeSink: (fake) => sinkOf(fake), can }))
    it(name, run)
  for (const { name, run } of checkSink({
    makeFake: receiver,
    makeSink: (fake) => sinkOf(fake, 900),
    can: ['partial'],
  }))
    it(`in parts: ${name}`, run)

  it('gives every field its place', async () => {
    const fake = await receiver()
    const record = makeRecord(3, {
      id: '0190',
      time: 1_760_000_000_000.123,
      level: 'warning',
      logger: 'db',
      message: 'slow',
      attributes: { ms: 812 },
      call: {
        id: 'c',
        method: 'tools/call',
        tool: 'add',
        requestId: 7,
        from: 'client',
        attribution: 'exact',
      },
      host: 'box',
      serverVersion: '2.1',
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
    })
    const options = { apiKey: 'geheim', url: `${fake.http.url}/api/v2/logs` }
    await datadogSink({ ...options, tags: { env: 'prod', team: 'a,b' } })([record])
    expect(fake.entries).toEqual([
      {
        message: 'slow',
        status: 'warn',
        service: 'analytics',
        ddsource: 'mcp',
        ddtags: 'env:prod,team:a_b',
        hostname: 'box',
        timestamp: '2025-10-09T08:53:20.000123Z',
        logger: { name: 'db' },
        version: '2.1',
        trace_id: '0af7651916cd43dd8448eb211c80319c',
        span_id: 'b7ad6b7169203331',
        call: record.call,
        attributes: { ms: 812 },
        logboom: {
          id: '0190',
          run: record.run,
          seq: 3,
          observed: record.observed,
          server: 'analytics',
          source: 'message',
        },
      },
    ])
    await datadogSink({ ...options, service: 'app', source: 'node' })([record])
    expect(fake.entries[1]).toMatchObject({ service: 'app', ddsource: 'node' })
    await fake.close?.()
  })

  it('has a status for each level, none twice', () => {
    expect(new Set(LEVELS.map((level) => STATUS[level])).size).toBe(8)
  })

  it('keeps to 1000 entries, and to 1 MB an entry', async () => {
    const fake = await receiver()
    const many = Array.from({ length: 1001 }, (_, seq) => makeRecord(seq))
    await sinkOf(fake)(many)
    expect(fake.http.requests.map(({ text }) => JSON.parse(text).length)).toEqual([1000, 1])
    const large = makeRecord(1, { attributes: { a: 'x'.repeat(1_000_000) } })
    const error = await failure(sinkOf(fake), [makeRecord(0), large, makeRecord(2)])
    expect(error.rejects).toEqual([{ index: 1, retryable: false, reason: expect.any(String) }])
    expect((await fake.taken()).slice(-2)).toEqual([0, 2])
    await fake.close?.()
  })

  it('keeps to 5 MB a payload, whatever it is told', async () => {
    const fake = await receiver()
    const batch = Array.from({ length: 7 }, (_, seq) =>
      makeRecord(seq, { attributes: { a: 'x'.repeat(900_000) } }),
    )
    await sinkOf(fake, 50_000_000)(batch)
    expect(fake.http.requests.map(({ text }) => JSON.parse(text).length)).toEqual([5, 2])
    await fake.close?.()
  })

  it('names the option that is wrong, and never shows its key', async () => {
    expect(() => datadogSink({} as never)).toThrow(/"apiKey" is needed/)
    expect(() => datadogSink({ apiKey: 'geheim\n' })).toThrow(/^(?!.*geheim).*"apiKey"/)
    expect(() => datadogSink({ apiKey: 'k', site: 'evil.com/x?' })).toThrow(/"site"/)
    const fake = await receiver()
    expect(await seenOf(fake.http, sinkOf(fake), [makeRecord(0)])).not.toContain('geheim')
  })
})
