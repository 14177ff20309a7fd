import { expect, it, describe as suite } from 'vitest'
import { fakeHttp } from '../../testing/fake-http.ts'
import { behaving, failure, schemaCheck, seenOf } from '../../testing/http-sinks.ts'
import { checkSink, makeRecord } from '../../testing/index.ts'
import { createDelivery } from '../delivery.ts'
import { elasticsearchSink } from './elasticsearch.ts'

// https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk
const checkAction = schemaCheck({
  type: 'object',
  additionalProperties: false,
  required: ['create'],
  properties: {
    create: {
      type: 'object',
      additionalProperties: false,
      required: ['_index', '_id'],
      properties: {
        // https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-indices-create: names
        _index: {
          type: 'string',
          pattern: '^[^-_+A-Z\\\\/*?"<>| ,#:][^A-Z\\\\/*?"<>| ,#:]*$',
          maxLength: 255,
        },
        _id: { type: 'string', minLength: 1, maxLength: 512 },
      },
    },
  },
})
const checkDocument = schemaCheck({
  type: 'object',
  required: ['@timestamp', 'message', 'log', 'service'],
  properties: {
    // strict_date_optional_time
    '@timestamp': { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?Z$' },
    message: { type: 'string' },
  },
})
/** "field name cannot be an empty string", and empty parts of a path with points. */
const checkNames = (value: unknown): void => {
  if (typeof value !== 'object' || value === null) return
  for (const [name, one] of Object.entries(value)) {
    if (!Array.isArray(value) && name.split('.').some((part) => part.trim() === ''))
      throw new Error('a field without a name')
    checkNames(one)
  }
}

/** A cluster of one index, which refuses what it is told to by `seq`. */
const receiver = async () => {
  const documents = new Map<string, { index: string; document: Record<string, unknown> }>()
  const seqs: number[] = []
  const refuse = new Map<number, number>()
  const http = await fakeHttp(({ text, path, headers }) => {
    if (!path.startsWith('/_bulk?') || headers['content-type'] !== 'application/x-ndjson')
      throw new Error('not a bulk request')
    if (!text.endsWith('\n')) throw new Error('the last line has to end')
    const lines = text.slice(0, -1).split('\n')
    if (lines.length % 2 !== 0) throw new Error('an action without a document')
    const items: unknown[] = []
    for (let at = 0; at < lines.length; at += 2) {
      const action = JSON.parse(lines[at] ?? '')
      const document = JSON.parse(lines[at + 1] ?? '')
      checkAction(action)
      checkDocument(document)
      checkNames(document)
      const { _id, _index } = action.create
      const { seq } = document.logboom
      const status = refuse.get(seq)
      if (status !== undefined)
        items.push({ create: { status, error: { type: 'refused', reason: 'as told' } } })
      else if (documents.has(_id))
        items.push({ create: { status: 409, error: { type: 'version_conflict_engine_exception' } } })
      else {
        documents.set(_id, { index: _index, document })
        seqs.push(seq)
        items.push({ create: { status: 201 } })
      }
    }
    return { body: JSON.stringify({ errors: items.length > 0, items }) }
  })
  const fake = behaving(http, seqs, () => {
    refuse.set(1, 400)
    refuse.set(4, 429)
  })
  return { ...fake, documents, refuse }
}

suite('the Elasticsearch sink', () => {
  for (const { name, run } of checkSink({
    makeFake: receiver,
    makeSink: ({ http }) => elasticsearchSink({ url: http.url }),
    can: ['ok', 'transient', 'permanent', 'partial', 'slow', 'hanging'],
  }))
    it(name, run)

  it('gives every field its place', async () => {
    const fake = await receiver()
    const record = makeRecord(3, {
      id: '0190',
      time: 1_760_000_000_000.123,
      observed: 1_760_000_000_001,
      level: 'alert',
      logger: 'db',
      message: 'slow',
      attributes: { ms: 812, '': 1, 'a..b': 2, '.c': [{ ' ': 3 }] },
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
      client: { name: 'claude', version: '1' },
    })
    await elasticsearchSink({ url: `${fake.http.url}/` })([record])
    expect(fake.documents.get('0190')).toEqual({
      index: 'logs-logboom-default',
      document: {
        '@timestamp': '2025-10-09T08:53:20.000123Z',
        message: 'slow',
        log: { level: 'alert', logger: 'db' },
        service: { name: 'analytics', version: '2.1' },
        host: { name: 'box' },
        trace: { id: '0af7651916cd43dd8448eb211c80319c' },
        span: { id: 'b7ad6b7169203331' },
        event: { created: '2025-10-09T08:53:20.001Z' },
        call: { ...record.call, requestId: '7' },
        attributes: { ms: 812, _: 1, 'a._.b': 2, '_.c': [{ _: 3 }] },
        logboom: {
          id: '0190',
          run: record.run,
          seq: 3,
          source: 'message',
          client: { name: 'claude', version: '1' },
        },
      },
    })
    const dated = elasticsearchSink({ url: fake.http.url, index: 'mcp-{date}', attributes: 'text' })
    await dated([{ ...record, id: '0191' }])
    expect(fake.documents.get('0191')).toMatchObject({
      index: 'mcp-2025.10.09',
      document: { attributes: JSON.stringify(record.attributes) },
    })
    await fake.close?.()
  })

  it('an attempt that was taken but not answered for leaves no record twice', async () => {
    const fake = await receiver()
    const sink = elasticsearchSink({ url: fake.http.url })
    const batch = [makeRecord(0), makeRecord(1)]
    await sink(batch)
    await sink([...batch, makeRecord(2)])
    expect(await fake.taken()).toEqual([0, 1, 2])
    await fake.close?.()
  })

  it('tells by index what was refused, and tries again only what may be taken', async () => {
    const fake = await receiver()
    fake.refuse.set(1, 400).set(2, 429).set(3, 503)
    const batch = Array.from({ length: 5 }, (_, seq) => makeRecord(seq))
    const error = await failure(elasticsearchSink({ url: fake.http.url }), batch)
    expect(error.rejects?.map(({ index, retryable }) => [index, retryable])).toEqual([
      [1, false],
      [2, true],
      [3, true],
    ])
    expect(error.rejects?.[0]?.reason).toBe('400 refused: as told')
    const delivery = createDelivery(elasticsearchSink({ url: fake.http.url }), { retry: { firstMs: 1 } })
    for (const record of batch) delivery.push({ ...record, id: `${record.id}x` })
    fake.refuse.delete(2)
    fake.refuse.delete(3)
    fake.http.script(undefined, { status: 429 })
    await delivery.flush(5000)
    expect(delivery.stats()).toMatchObject({ delivered: 4, dropped: { failed: 1 } })
    await fake.close?.()
  })

  it('an answer that is not of the bulk API may be tried again', async () => {
    const fake = await receiver()
    for (const body of ['<html>', '{}', '{"errors":false,"items":[]}']) {
      fake.http.script({ status: 200, body })
      expect(await failure(elasticsearchSink({ url: fake.http.url }), [makeRecord(0)])).toMatchObject({
        retryable: true,
      })
    }
    await fake.close?.()
  })

  it('a batch in parts: every request is within its bytes', async () => {
    const fake = await receiver()
    const batch = Array.from({ length: 30 }, (_, seq) => makeRecord(seq))
    await elasticsearchSink({ url: fake.http.url, maxBytes: 2000 })(batch)
    expect(fake.http.requests.length).toBeGreaterThan(3)
    for (const { text } of fake.http.requests) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2000)
    expect(await fake.taken()).toEqual(batch.map(({ seq }) => seq))
    await fake.close?.()
  })

  it('names the option that is wrong, and never shows what is secret', async () => {
    const url = 'http://127.0.0.1:1'
    for (const index of ['Logs', 'a b', '_x', '{server}', 'a/b', ''])
      expect(() => elasticsearchSink({ url, index })).toThrow(/"index"/)
    expect(() => elasticsearchSink({ url, user: 'me' })).toThrow(/"password" is needed/)
    expect(() => elasticsearchSink({ url, password: 'geheim' })).toThrow(/^(?!.*geheim).*"user" is needed/)
    const fake = await receiver()
    const byKey = elasticsearchSink({ url: fake.http.url, apiKey: 'geheim' })
    await byKey([makeRecord(0)])
    await elasticsearchSink({ url: fake.http.url, user: 'me', password: 'geheim' })([makeRecord(0)])
    expect(fake.http.requests.map(({ headers }) => headers.authorization)).toEqual([
      'ApiKey geheim',
      `Basic ${Buffer.from('me:geheim').toString('base64')}`,
    ])
    const seen = await seenOf(fake.http, byKey, [makeRecord(0)])
    expect(seen).not.toContain('geheim')
  })
})
