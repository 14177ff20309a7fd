import { describe, expect, it } from 'vitest'
import type { LogRecord } from '../record/index.ts'
import { type WayName, watch } from './capture/testing.ts'
import { withTrace } from './trace.ts'

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00'
const OTEL = Symbol.for('opentelemetry.js.api.1')
const SPAN = Symbol.for('OpenTelemetry Context Key SPAN')

/** What the server saw in `_meta`. */
const metaOf = (result: unknown): Record<string, string> => {
  const [part] = (result as { content: { text: string }[] }).content
  return JSON.parse(part?.text ?? '{}')
}

const started = (records: LogRecord[]) =>
  records.filter(
    ({ call }) => call !== undefined && 'status' in call && call.status === 'started' && call.tool === 'meta',
  )

describe.each([
  'v2 legacy in-memory',
  'v2 legacy http stateless',
  'v2 modern http',
] as const satisfies WayName[])('24 the trace of a call over %s', (way) => {
  it('is made where there is none, and is on the records of the call', async () => {
    const watched = await watch(way)
    const metas = [metaOf(await watched.call('meta')), metaOf(await watched.call('meta'))]
    await watched.close()
    const texts = metas.map(({ traceparent }) => traceparent)
    for (const text of texts) expect(text).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
    expect(new Set(texts).size).toBe(2)
    expect(started(watched.records).map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`)).toEqual(texts)
  })

  it('is continued: from withTrace, from a function, from the active span', async () => {
    const watched = await watch(way)
    const below = metaOf(await withTrace(PARENT, () => watched.call('meta')))
    expect(below.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-00$/)
    expect(below.traceparent).not.toBe(PARENT)
    const spanContext = () => ({
      traceId: '1'.repeat(32),
      spanId: '2'.repeat(16),
      traceFlags: 1,
      traceState: { serialize: () => 'vendor=1' },
    })
    const getValue = (key: symbol) => (key === SPAN ? { spanContext } : undefined)
    Reflect.set(globalThis, OTEL, { context: { active: () => ({ getValue }) } })
    try {
      const spanned = metaOf(await watched.call('meta'))
      expect(spanned).toMatchObject({
        traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
        tracestate: 'vendor=1',
      })
    } finally {
      Reflect.deleteProperty(globalThis, OTEL)
    }
    await watched.close()

    const given = await watch(way, { trace: () => PARENT })
    const meta = metaOf(await given.call('meta'))
    expect(meta.traceparent).toContain('0af7651916cd43dd8448eb211c80319c')
    await given.close()
  })

  it('is the client’s own where it sent one, and none where that is wished', async () => {
    const watched = await watch(way)
    expect(metaOf(await watched.call('meta', {}, { traceparent: PARENT })).traceparent).toBe(PARENT)
    await watched.close()
    const untouched = await watch(way, { trace: false })
    expect(metaOf(await untouched.call('meta')).traceparent).toBeUndefined()
    await untouched.close()
    expect(started(untouched.records).map(({ traceId }) => traceId)).toEqual([undefined])
  })
})
