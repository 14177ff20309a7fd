import { inspect } from 'node:util'
import { afterEach, beforeEach, expect, it, describe as suite } from 'vitest'
import { LEVELS, levelFromNumber } from '../../record/index.ts'
import { checkSink, type FakeOtlp, fakeOtlp, makeRecord } from '../../testing/index.ts'
import { createDelivery } from '../delivery.ts'
import { SinkError } from '../errors.ts'
import { retryAfter } from '../http/post.ts'
import { anyValue, encodeLogs, SEVERITY } from './encode.ts'
import { readOptions } from './options.ts'
import { otlpSink } from './otlp.ts'

const plain = { attributes: {}, serviceName: () => undefined }

let otlp: FakeOtlp
beforeEach(async () => {
  otlp = await fakeOtlp()
})
afterEach(() => otlp.close())

const thrown = async (task: void | Promise<void>): Promise<unknown> => {
  try {
    await task
  } catch (error) {
    return error
  }
  return undefined
}

suite('the OTLP mapping', () => {
  it('gives every field its place', () => {
    const record = makeRecord(3, {
      id: '0190',
      time: 1_760_000_000_000.123,
      observed: 1_760_000_000_001,
      level: 'alert',
      server: 'analytics',
      serverVersion: '2.1',
      host: 'box',
      logger: 'db',
      message: 'slow',
      attributes: { ms: 812, ratio: 0.5, ok: true, none: null, list: [1, 'a'], deep: { a: 1 } },
      call: {
        id: 'call-1',
        method: 'tools/call',
        tool: 'add',
        requestId: 7,
        from: 'client',
        attribution: 'exact',
      },
      protocol: '2025-11-25',
      session: 'abc',
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
    })
    expect(encodeLogs([record], plain)).toEqual({
      resourceLogs: [
        {
          resource: {
            attributes: [
              { key: 'service.name', value: { stringValue: 'analytics' } },
              { key: 'service.version', value: { stringValue: '2.1' } },
              { key: 'host.name', value: { stringValue: 'box' } },
            ],
          },
          scopeLogs: [
            {
              scope: { name: 'db' },
              logRecords: [
                {
                  timeUnixNano: '1760000000000123000',
                  observedTimeUnixNano: '1760000000001000000',
                  severityNumber: 19,
                  severityText: 'alert',
                  body: { stringValue: 'slow' },
                  attributes: [
                    { key: 'ms', value: { intValue: '812' } },
                    { key: 'ratio', value: { doubleValue: 0.5 } },
                    { key: 'ok', value: { boolValue: true } },
                    { key: 'none', value: {} },
                    {
                      key: 'list',
                      value: { arrayValue: { values: [{ intValue: '1' }, { stringValue: 'a' }] } },
                    },
                    {
                      key: 'deep',
                      value: { kvlistValue: { values: [{ key: 'a', value: { intValue: '1' } }] } },
                    },
                    { key: 'logboom.record.id', value: { stringValue: '0190' } },
                    { key: 'logboom.source', value: { stringValue: 'message' } },
                    { key: 'logboom.run', value: { stringValue: record.run } },
                    { key: 'mcp.protocol.version', value: { stringValue: '2025-11-25' } },
                    { key: 'mcp.session.id', value: { stringValue: 'abc' } },
                    { key: 'logboom.attribution', value: { stringValue: 'exact' } },
                    { key: 'mcp.method.name', value: { stringValue: 'tools/call' } },
                    { key: 'gen_ai.tool.name', value: { stringValue: 'add' } },
                    { key: 'jsonrpc.request.id', value: { stringValue: '7' } },
                    { key: 'logboom.call.id', value: { stringValue: 'call-1' } },
                  ],
                  traceId: '0af7651916cd43dd8448eb211c80319c',
                  spanId: 'b7ad6b7169203331',
                },
              ],
            },
          ],
        },
      ],
    })
  })

  it('gives every level a number that reads back as it', () => {
    for (const level of LEVELS) expect(levelFromNumber(SEVERITY[level], 'otel')).toBe(level)
  })

  it('groups by server and logger, and keeps the order in each', () => {
    const batch = Array.from({ length: 12 }, (_, i) =>
      makeRecord(i, { server: `s${i % 2}`, ...(i % 3 === 0 ? {} : { logger: `l${i % 3}` }) }),
    )
    const { resourceLogs } = encodeLogs(batch, plain)
    expect(resourceLogs.map(({ scopeLogs }) => scopeLogs.map(({ scope }) => scope.name))).toEqual([
      [undefined, 'l2', 'l1'],
      ['l1', undefined, 'l2'],
    ])
    const first = resourceLogs[0]?.scopeLogs[0]?.logRecords.map(({ timeUnixNano }) => timeUnixNano)
    expect(first).toEqual([0, 6].map((seq) => `${1_760_000_000_000 + seq}000000`))
  })

  it('a sender cannot take the place of what we say, and large numbers stay exact', () => {
    const [resource] = encodeLogs(
      [makeRecord(0, { attributes: { 'logboom.source': 'forged' } })],
      plain,
    ).resourceLogs
    const sources = resource?.scopeLogs[0]?.logRecords[0]?.attributes.filter(
      ({ key }) => key === 'logboom.source',
    )
    expect(sources).toEqual([{ key: 'logboom.source', value: { stringValue: 'message' } }])
    expect(anyValue(Number.MAX_SAFE_INTEGER)).toEqual({ intValue: '9007199254740991' })
    expect(anyValue(1e300)).toEqual({ doubleValue: 1e300 })
  })
})

suite('the OTLP options', () => {
  it('read the standard environment, what is for logs first', () => {
    expect(readOptions({ env: {} })).toMatchObject({
      url: 'http://localhost:4318/v1/logs',
      timeoutMs: 10_000,
      gzip: true,
      headers: {},
    })
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otlp.example.com/base/',
      OTEL_EXPORTER_OTLP_HEADERS: 'Api-Key=a%20b, x = 1,broken',
      OTEL_EXPORTER_OTLP_TIMEOUT: '2500',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'none',
    }
    expect(readOptions({ env })).toMatchObject({
      url: 'https://otlp.example.com/base/v1/logs',
      timeoutMs: 2500,
      gzip: false,
      headers: { 'api-key': 'a b', x: '1' },
    })
    const logs = {
      ...env,
      OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://logs.example.com/here',
      OTEL_EXPORTER_OTLP_LOGS_HEADERS: 'y=2',
      OTEL_EXPORTER_OTLP_LOGS_TIMEOUT: '100',
      OTEL_EXPORTER_OTLP_LOGS_COMPRESSION: 'gzip',
    }
    expect(readOptions({ env: logs })).toMatchObject({
      url: 'http://logs.example.com/here',
      timeoutMs: 100,
      gzip: true,
      headers: { y: '2' },
    })
    expect(
      readOptions({ env: logs, url: 'http://a/b', headers: { Y: '3' }, timeoutMs: 5, gzip: false }),
    ).toMatchObject({ url: 'http://a/b', headers: { y: '3' }, timeoutMs: 5, gzip: false })
  })

  it('name the service: the server, but the application for its own records', () => {
    const { resource } = readOptions({
      env: {
        OTEL_SERVICE_NAME: 'my-app',
        OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=prod,service.name=no',
      },
    })
    expect(resource.attributes).toEqual({ 'deployment.environment.name': 'prod' })
    expect(resource.serviceName(makeRecord(0))).toBeUndefined()
    expect(resource.serviceName(makeRecord(0, { source: 'app' }))).toBe('my-app')
    const [own] = encodeLogs([makeRecord(0, { source: 'app' })], resource).resourceLogs
    expect(own?.resource.attributes).toContainEqual({ key: 'service.name', value: { stringValue: 'my-app' } })
    expect(own?.scopeLogs[0]?.logRecords[0]?.attributes).toContainEqual({
      key: 'logboom.server',
      value: { stringValue: 'analytics' },
    })
    expect(readOptions({ env: {}, serviceName: 'x' }).resource.serviceName(makeRecord(0))).toBe('x')
  })

  it('refuse an address that is none', () => {
    expect(() => otlpSink({ url: 'localhost:4318' })).toThrow(
      expect.objectContaining({ code: 'LB_SINK_OPTIONS' }),
    )
    expect(() => otlpSink({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: '???' } })).toThrow()
  })

  it('read Retry-After in both forms', () => {
    const now = Date.parse('2026-11-22T10:00:00Z')
    expect(retryAfter('7', now)).toBe(7000)
    expect(retryAfter('Sun, 22 Nov 2026 10:00:30 GMT', now)).toBe(30_000)
    expect(retryAfter('Sun, 22 Nov 2026 09:00:30 GMT', now)).toBe(0)
    expect(retryAfter('soon', now)).toBeUndefined()
    expect(retryAfter(null, now)).toBeUndefined()
  })
})

suite('the OTLP sink', () => {
  it.each([true, false])('sends one request a batch, with gzip: %s', async (gzip) => {
    const sink = otlpSink({ url: otlp.url, headers: { Authorization: 'Bearer t' }, gzip, env: {} })
    await sink([makeRecord(0), makeRecord(1, { level: 'error' })])
    expect(otlp.requests).toHaveLength(1)
    const [request] = otlp.requests
    expect(request).toMatchObject({
      path: '/v1/logs',
      headers: { authorization: 'Bearer t', 'content-type': 'application/json' },
    })
    expect(request?.headers['content-encoding']).toBe(gzip ? 'gzip' : undefined)
    expect(otlp.logs.map(({ record }) => record.severityText)).toEqual(['info', 'error'])
  })

  it.each([
    [429, true],
    [502, true],
    [503, true],
    [504, true],
    [400, false],
    [401, false],
    [404, false],
    [500, false],
    [307, false],
  ])('an answer of %i may be tried again: %s', async (status, retryable) => {
    otlp.script({ status, headers: { 'retry-after': '3', location: otlp.url } })
    const error = await thrown(otlpSink({ url: otlp.url, env: {} })([makeRecord(0)]))
    expect(error).toBeInstanceOf(SinkError)
    expect(error).toMatchObject({ retryable, retryAfterMs: 3000 })
    expect(otlp.requests).toHaveLength(1)
  })

  it.each([{ silent: true }, { silent: 'cut' as const }])('%j may be tried again', async (answer) => {
    otlp.script(answer)
    const error = await thrown(otlpSink({ url: otlp.url, timeoutMs: 50, env: {} })([makeRecord(0)]))
    expect(error).toMatchObject({ retryable: true })
  })

  it('tells how many a partial success rejected', async () => {
    otlp.script({ body: { partialSuccess: { rejectedLogRecords: '2', errorMessage: 'too old' } }, take: 1 })
    const delivery = createDelivery(otlpSink({ url: otlp.url, env: {} }))
    for (let i = 0; i < 3; i++) delivery.push(makeRecord(i))
    await delivery.flush(5000)
    expect(delivery.stats()).toMatchObject({ delivered: 1, dropped: { failed: 2 } })
    otlp.script({ body: { partialSuccess: { errorMessage: 'a warning' } } })
    expect(await thrown(otlpSink({ url: otlp.url, env: {} })([makeRecord(0)]))).toBeUndefined()
  })

  it('a receiver that is busy twice gets everything once, in order', async () => {
    otlp.script(
      { status: 503, headers: { 'retry-after': '0' } },
      { status: 429, headers: { 'retry-after': '0' } },
    )
    const delivery = createDelivery(otlpSink({ url: otlp.url, env: {} }), { batch: 10 })
    for (let i = 0; i < 25; i++) delivery.push(makeRecord(i, { attributes: { n: i } }))
    expect(await delivery.close(5000)).toEqual({ left: 0 })
    expect(otlp.logs.map(({ record }) => record.timeUnixNano)).toEqual(
      Array.from({ length: 25 }, (_, i) => `${1_760_000_000_000 + i}000000`),
    )
    expect(delivery.stats()).toMatchObject({ delivered: 25, dropped: {} })
  })

  it('tells no secrets of its address and headers', async () => {
    const url = otlp.url.replace('http://', 'http://user:hunter2@')
    await otlpSink({ url, env: {} })([makeRecord(0)])
    expect(otlp.requests[0]?.headers.authorization).toBe(`Basic ${btoa('user:hunter2')}`)
    await otlp.close()
    const error = await thrown(
      otlpSink({ url: `${url}?key=hunter2`, headers: { k: 'hunter2' }, env: {} })([makeRecord(0)]),
    )
    expect(error).toBeInstanceOf(SinkError)
    expect(inspect(error)).not.toContain('hunter2')
  })
})

const numberOf = (record: Record<string, unknown>): number =>
  Number(BigInt(String(record.observedTimeUnixNano)) / 1_000_000n) - 1_760_000_000_000

suite('the OTLP sink keeps the contract', () => {
  const checks = checkSink({
    can: ['ok', 'transient', 'permanent', 'partial', 'slow', 'hanging'],
    makeFake: async () => {
      const receiver = await fakeOtlp()
      return {
        url: receiver.url,
        taken: () => receiver.logs.map(({ record }) => numberOf(record)),
        close: () => receiver.close(),
        behave: (behaviour) =>
          receiver.otherwise(
            {
              ok: {},
              transient: { status: 503 },
              permanent: { status: 400 },
              partial: { body: { partialSuccess: { rejectedLogRecords: 4 } }, take: 2 },
              slow: { delayMs: 30 },
              hanging: { silent: true },
            }[behaviour],
          ),
      }
    },
    makeSink: ({ url }) => otlpSink({ url, env: {} }),
  })
  it.each(checks)('$name', ({ run }) => run())
})
