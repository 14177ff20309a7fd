import fc from 'fast-check'
import { expect, it, describe as suite } from 'vitest'
import { LEVELS, type LogRecord, visible } from '../../record/index.ts'
import { makeRecord } from '../../testing/index.ts'
import { encodeMessage } from './encode.ts'
import type { MessageSettings } from './options.ts'
import { readMessage } from './testing.ts'

const settings: MessageSettings = {
  facility: 16,
  appName: undefined,
  hostname: 'machine',
  sdId: 'logboom@32473',
  maxBytes: 8192,
}
const encode = (record: LogRecord, changed: Partial<MessageSettings> = {}) =>
  encodeMessage(record, { ...settings, ...changed })
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string())

suite('a record as an RFC 5424 message', () => {
  it('is what the RFC says, byte for byte', () => {
    const record = makeRecord(7, {
      time: 1_760_000_000_007.25,
      level: 'error',
      message: 'no “route”',
      logger: 'db "main" [a\\b]',
      call: {
        id: 'c1',
        method: 'tools/call',
        tool: 'add',
        requestId: 1,
        from: 'client',
        attribution: 'exact',
      },
      traceId: '0af7651916cd43dd8448eb211c80319c',
      attributes: { code: 7, list: ['"]'] },
    })
    expect(encode(record).toString()).toBe(
      `<131>1 2025-10-09T08:53:20.007250Z machine analytics ${record.run} message [logboom@32473 id="${record.id}" seq="7" call="c1" tool="add" method="tools/call" attribution="exact" trace="0af7651916cd43dd8448eb211c80319c" logger="db \\"main\\" [a\\\\b\\]" server="analytics" attributes="{\\"code\\":7,\\"list\\":[\\"\\\\\\"\\]\\"\\]}"] \ufeffno “route”`,
    )
  })

  it('has the severities of the eight levels, under every facility', () => {
    for (const facility of [0, 1, 23])
      expect(LEVELS.map((level) => readMessage(encode(makeRecord(0, { level }), { facility })).pri)).toEqual(
        [7, 6, 5, 4, 3, 2, 1, 0].map((number) => facility * 8 + number),
      )
  })

  it('tells a time that has no form as none', () => {
    for (const time of [Number.NaN, Number.POSITIVE_INFINITY, 1e15])
      expect(readMessage(encode(makeRecord(0, { time }))).time).toBe('-')
  })

  it('names the candidates of a call that is not known', () => {
    const record = makeRecord(0, { call: { attribution: 'ambiguous', candidates: ['a', 'b'] } })
    expect(readMessage(encode(record)).data).toMatchObject({ attribution: 'ambiguous', candidates: 'a b' })
  })

  it('any text in any field gives one line that reads back', () => {
    fc.assert(
      fc.property(
        text,
        text,
        text,
        text,
        fc.dictionary(text, fc.jsonValue()),
        (message, server, logger, host, json) => {
          const attributes = JSON.parse(JSON.stringify(json))
          const record = makeRecord(3, { message, server, logger, host, attributes })
          const bytes = encode(record, { maxBytes: 1_000_000 })
          expect(bytes.toString()).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/)
          const read = readMessage(bytes)
          expect(read.text).toBe(visible(message))
          expect(read.bom).toBe(message !== '')
          expect(read.data.seq).toBe('3')
          if (visible(logger).length < 80) expect(read.data.logger).toBe(visible(logger))
          expect(read.data.attributes === undefined ? {} : JSON.parse(read.data.attributes)).toEqual(
            attributes,
          )
          for (const field of [read.hostname, read.appName]) expect(field).toMatch(/^[!-~]+$/)
        },
      ),
    )
  })

  it('never exceeds its limit, cuts between characters, and tells what it was', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 1500 }),
        fc.string({ unit: 'grapheme', maxLength: 600 }),
        fc.integer({ min: 480, max: 4000 }),
        (message, name, maxBytes) => {
          const record = makeRecord(3, {
            message,
            logger: name,
            server: name,
            host: name,
            attributes: { message },
          })
          const whole = encode(record, { maxBytes: 1_000_000 })
          const bytes = encode(record, { maxBytes })
          expect(bytes.length).toBeLessThanOrEqual(maxBytes)
          const read = readMessage(bytes)
          expect(read.data.cut).toBe(whole.length > maxBytes ? String(whole.length) : undefined)
          if (whole.length <= maxBytes) {
            expect(bytes).toEqual(whole)
            return
          }
          const kept = read.text.endsWith('…') ? read.text.slice(0, -1) : read.text
          expect(visible(message).startsWith(kept)).toBe(true)
          if (read.data.attributes !== undefined) JSON.parse(read.data.attributes)
          // What is left out is not left out for nothing.
          if (kept !== visible(message)) expect(bytes.length).toBeGreaterThan(maxBytes - 12)
        },
      ),
    )
  })

  it('cuts no character in two, wherever the limit falls', () => {
    for (let maxBytes = 600; maxBytes < 612; maxBytes++)
      expect(readMessage(encode(makeRecord(3, { message: '🪵'.repeat(500) }), { maxBytes })).text).toMatch(
        /^(🪵)+…$/u,
      )
  })

  it('keeps the text before the attributes, and the first elements before the last', () => {
    const record = makeRecord(3, { message: 'm'.repeat(300), attributes: { text: 'a'.repeat(400) } })
    const read = readMessage(encode(record, { maxBytes: 700 }))
    expect(read.text).toBe('m'.repeat(300))
    expect(read.data).toMatchObject({ id: record.id, server: 'analytics' })
    expect(read.data.attributes).toBeUndefined()
    const tiny = readMessage(
      encode(makeRecord(3, { message: 'm'.repeat(300), host: 'h'.repeat(255) }), { maxBytes: 480 }),
    )
    expect(Object.keys(tiny.data)).toEqual(['cut'])
    expect(tiny.text.length).toBeGreaterThan(30)
  })
})
