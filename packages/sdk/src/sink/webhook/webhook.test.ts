import { createHmac } from 'node:crypto'
import { expect, it, describe as suite } from 'vitest'
import type { LogRecord } from '../../record/index.ts'
import { fakeHttp } from '../../testing/fake-http.ts'
import { behaving, failure, schemaCheck, seenOf } from '../../testing/http-sinks.ts'
import { checkSink, makeRecord } from '../../testing/index.ts'
import { createDelivery } from '../delivery.ts'
import { webhookSink } from './webhook.ts'

const check = schemaCheck({
  type: 'object',
  required: ['records'],
  additionalProperties: false,
  properties: {
    records: { type: 'array', minItems: 1, items: { type: 'object', required: ['id', 'seq', 'message'] } },
  },
})

const receiver = async () => {
  const records: LogRecord[] = []
  const seqs: number[] = []
  const http = await fakeHttp(({ headers, text }) => {
    const ndjson = headers['content-type'] === 'application/x-ndjson'
    const body = ndjson
      ? {
          records: text
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line)),
        }
      : JSON.parse(text)
    check(body)
    for (const record of body.records) {
      records.push(record)
      seqs.push(record.seq)
    }
    return { status: 204 }
  })
  return { ...behaving(http, seqs), records }
}
const oneSize = (record: LogRecord): number => Buffer.byteLength(JSON.stringify(record))

suite('the webhook sink', () => {
  for (const { name, run } of checkSink({
    makeFake: receiver,
    makeSink: ({ http }) => webhookSink({ url: http.url }),
    can: ['ok', 'transient', 'permanent', 'slow', 'hanging'],
  }))
    it(name, run)

  for (const { name, run } of checkSink({
    makeFake: receiver,
    // Two records a request, so that a part of a batch can fail.
    makeSink: ({ http }) =>
      webhookSink({ url: http.url, maxBytes: 2.5 * oneSize(makeRecord(0, { attributes: { n: 0 } })) }),
    can: ['partial'],
  }))
    it(`in parts: ${name}`, run)

  it.each(['json', 'ndjson'] as const)('sends records as they are: %s', async (format) => {
    const fake = await receiver()
    const batch = [makeRecord(0, { message: 'a\nb' }), makeRecord(1, { attributes: { deep: [{ a: 1 }] } })]
    await webhookSink({ url: `${fake.http.url}/in?k=1`, format, gzip: true, headers: { 'X-Own': 'yes' } })(
      batch,
    )
    expect(fake.records).toEqual(batch)
    expect(fake.http.requests[0]).toMatchObject({
      path: '/in?k=1',
      headers: { 'x-own': 'yes', 'content-encoding': 'gzip' },
    })
    await fake.close?.()
  })

  it('signs as Standard Webhooks say, and names the same records the same again', async () => {
    const fake = await receiver()
    const key = Buffer.from('0123456789abcdef0123456789abcdef')
    const sink = webhookSink({ url: fake.http.url, secret: `whsec_${key.toString('base64')}` })
    const batch = [makeRecord(0)]
    fake.http.script({ status: 503 })
    await failure(sink, batch)
    await sink(batch)
    const [first, second] = fake.http.requests
    for (const request of [first, second]) {
      const { 'webhook-id': id, 'webhook-timestamp': timestamp } = request?.headers ?? {}
      const signed = createHmac('sha256', key).update(`${id}.${timestamp}.${request?.text}`).digest('base64')
      expect(request?.headers['webhook-signature']).toBe(`v1,${signed}`)
      expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(60)
    }
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    await sink([makeRecord(1)])
    expect(fake.http.requests[2]?.headers['webhook-id']).not.toBe(first?.headers['webhook-id'])
    await fake.close?.()
  })

  it('a batch in parts: no request is too large, nothing is sent twice and nothing is lost', async () => {
    const fake = await receiver()
    const records = Array.from({ length: 20 }, (_, seq) => makeRecord(seq))
    const large = makeRecord(20, { message: 'x'.repeat(5000) })
    const maxBytes = 1000
    const errors: unknown[] = []
    const delivery = createDelivery(webhookSink({ url: fake.http.url, maxBytes }), {
      retry: { firstMs: 1 },
      onError: (error) => errors.push(error),
    })
    fake.http.script(undefined, { status: 400 }, undefined, { status: 503 })
    for (const record of [...records.slice(0, 10), large, ...records.slice(10)]) delivery.push(record)
    await delivery.flush(5000)
    for (const { text } of fake.http.requests) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxBytes)
    const refused = JSON.parse(fake.http.requests[1]?.text ?? '').records.map(({ seq }: LogRecord) => seq)
    expect(await fake.taken()).toEqual(records.map(({ seq }) => seq).filter((seq) => !refused.includes(seq)))
    expect(delivery.stats()).toMatchObject({
      delivered: 20 - refused.length,
      dropped: { failed: refused.length + 1 },
      queued: 0,
    })
    expect(errors).toHaveLength(1)
    await fake.close?.()
  })

  it('names the option that is wrong, and never shows what is secret', async () => {
    const url = 'http://127.0.0.1:1'
    expect(() => webhookSink({ url: 'ftp://x' })).toThrow(/"url"/)
    expect(() => webhookSink({ url, headers: { a: 'geheim\n' } })).toThrow(/^(?!.*geheim).*"headers"/)
    expect(() => webhookSink({ url, headers: { 'a b': 'x' } })).toThrow(/"headers"/)
    expect(() => webhookSink({ url, format: 'xml' as 'json' })).toThrow(/"format"/)
    expect(() => webhookSink({ url, timeoutMs: 0 })).toThrow(/"timeoutMs"/)
    expect(() => webhookSink({ url, secrets: 'x' } as never)).toThrow(/"secrets"/)
    const fake = await receiver()
    const sink = webhookSink({
      url: `${fake.http.url.replace('//', '//geheim:geheim@')}/geheim?geheim=geheim`,
      secret: 'geheim',
      headers: { authorization: 'geheim' },
      timeoutMs: 1000.5,
    })
    await sink([makeRecord(0)])
    expect(await seenOf(fake.http, sink, [makeRecord(0)])).not.toContain('geheim')
  })

  it('sends the user and password of its address as a header', async () => {
    const fake = await receiver()
    await webhookSink({ url: fake.http.url.replace('//', '//me:p%40ss@') })([makeRecord(0)])
    const { authorization = '' } = fake.http.requests[0]?.headers ?? {}
    expect(authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`)
    await fake.close?.()
  })
})
