import { expect, it, describe as suite } from 'vitest'
import type { LogRecord } from '../../record/index.ts'
import { fakeHttp } from '../../testing/fake-http.ts'
import { behaving, failure, schemaCheck, seenOf } from '../../testing/http-sinks.ts'
import { checkSink, makeRecord } from '../../testing/index.ts'
import { slackSink } from './slack.ts'
import { escaped } from './text.ts'

// https://docs.slack.dev/reference/block-kit/blocks, and composition objects: text
const plain = (maxLength: number) => ({
  type: 'object',
  additionalProperties: false,
  required: ['type', 'text'],
  properties: {
    type: { const: 'plain_text' },
    text: { type: 'string', minLength: 1, maxLength },
    emoji: { type: 'boolean' },
  },
})
const mrkdwn = {
  type: 'object',
  additionalProperties: false,
  required: ['type', 'text'],
  properties: { type: { const: 'mrkdwn' }, text: { type: 'string', minLength: 1, maxLength: 3000 } },
}
const block = (type: string, properties: object) => ({
  type: 'object',
  additionalProperties: false,
  required: ['type', ...Object.keys(properties)],
  properties: { type: { const: type }, ...properties },
})
const check = schemaCheck({
  type: 'object',
  additionalProperties: false,
  required: ['text', 'blocks'],
  properties: {
    text: { type: 'string', minLength: 1, maxLength: 40_000 },
    mrkdwn: { const: false },
    unfurl_links: { const: false },
    unfurl_media: { const: false },
    blocks: {
      type: 'array',
      minItems: 1,
      maxItems: 50,
      items: {
        anyOf: [
          block('header', { text: plain(150) }),
          block('section', { text: { anyOf: [plain(3000), mrkdwn] } }),
          block('context', {
            elements: { type: 'array', minItems: 1, maxItems: 10, items: { anyOf: [plain(3000), mrkdwn] } },
          }),
        ],
      },
    },
  },
})

interface SentText {
  type: string
  text: string
}
interface SentBlock {
  text?: SentText
  elements?: SentText[]
}

/** Each record ends in its time, whose last digits are its `seq`. */
const receiver = async () => {
  const messages: { text: string; blocks: SentBlock[] }[] = []
  const seqs: number[] = []
  const http = await fakeHttp(({ text, path }) => {
    if (path !== '/services/T0/B0/geheim') throw new Error('not the webhook')
    const body = JSON.parse(text)
    check(body)
    const all = JSON.stringify(body)
    // Whatever Slack could interpret is a time of ours.
    for (const [one] of all.matchAll(/<[^>]*>?/g))
      if (!/^<!date\^-?\d+\^[a-z_{} ]+\|[-\dT:.]+Z>$/.test(one)) throw new Error(`interpreted: ${one}`)
    messages.push(body)
    for (const [, ms = ''] of all.matchAll(/\|[-\dT:]+\.(\d{3})\d*Z>/g)) seqs.push(Number(ms))
    return { body: 'ok' }
  })
  return { ...behaving(http, seqs), messages }
}
type Fake = Awaited<ReturnType<typeof receiver>>
const sinkOf = ({ http }: Fake) => slackSink({ url: `${http.url}/services/T0/B0/geheim`, gapMs: 0.001 })
const textsOf = (fake: Fake): string[] =>
  fake.messages.flatMap(({ blocks }) => blocks.map((one) => one.text?.text ?? one.elements?.[0]?.text ?? ''))

suite('the Slack sink', () => {
  for (const { name, run } of checkSink({
    makeFake: receiver,
    makeSink: sinkOf,
    can: ['ok', 'transient', 'permanent', 'slow', 'hanging'],
  }))
    it(name, run)

  it('shows a record, its fields, and who said it when', async () => {
    const fake = await receiver()
    const record = makeRecord(1, {
      level: 'error',
      logger: 'db',
      message: 'two\nlines',
      attributes: { ms: 812 },
      call: {
        id: 'c',
        method: 'tools/call',
        tool: 'add',
        requestId: 7,
        from: 'client',
        attribution: 'exact',
      },
    })
    await sinkOf(fake)([record])
    expect(fake.messages[0]).toEqual({
      text: 'error analytics: two\nlines',
      mrkdwn: false,
      unfurl_links: false,
      unfurl_media: false,
      blocks: [
        { type: 'section', text: { type: 'plain_text', text: 'two\nlines\nms=812', emoji: false } },
        {
          type: 'context',
          elements: [
            { type: 'plain_text', text: '🔴 error · analytics · add · db', emoji: false },
            {
              type: 'mrkdwn',
              text: '<!date^1760000000^{date_short_pretty} {time_secs}|2025-10-09T08:53:20.001Z>',
            },
          ],
        },
      ],
    })
    await fake.close?.()
  })

  it('never lets the text of a log be read by Slack', async () => {
    const fake = await receiver()
    const nasty = '<!channel> <@U1> <http://x|y> & &lt; *b* _i_ `c` :fire: \u001b[31m\u202e @here'
    const alert = { name: nasty, state: 'firing', count: 1, windowMs: 1000, group: { [nasty]: nasty } }
    await sinkOf(fake)([
      makeRecord(0, { message: nasty, server: nasty, logger: nasty, attributes: { [nasty]: nasty } }),
      makeRecord(1, {
        source: 'app',
        message: nasty,
        attributes: {
          alert,
          records: [{ time: 1, level: nasty, server: nasty, message: nasty, call: { tool: nasty } }],
          story: [{ message: nasty }],
        },
      }),
    ])
    // The receiver fails for anything in <…> that is not a time; each text is plain, without emoji.
    expect(fake.http.problems).toEqual([])
    expect(fake.messages).toHaveLength(1)
    const { text, blocks = [] } = fake.messages[0] ?? {}
    expect(text).toContain('&lt;!channel&gt;')
    expect(text).toContain('&amp; &amp;lt;')
    const all = blocks.flatMap((one) => (one.text === undefined ? (one.elements ?? []) : [one.text]))
    for (const one of all) {
      if (one.type === 'mrkdwn') expect(one.text).toMatch(/^<!date\^/)
      else expect(one).toMatchObject({ type: 'plain_text', emoji: false })
      expect(one.text).not.toMatch(/[\u001b\u202e]/)
    }
    await fake.close?.()
  })

  it('shows an alert as one', async () => {
    const fake = await receiver()
    const attributes = {
      alert: { name: 'errors', state: 'firing', count: 5, windowMs: 300_000, group: { server: 'payments' } },
      records: [
        {
          time: 1_760_000_000_000,
          level: 'error',
          server: 'payments',
          message: 'no\n money',
          call: { tool: 'pay' },
        },
      ],
      story: [{ time: 1_760_000_000_000, level: 'info', server: 'payments', message: 'tools/call pay' }],
    }
    const record = makeRecord(2, {
      source: 'app',
      level: 'error',
      message: 'payments: 5 records',
      attributes,
    })
    const resolved = { ...attributes.alert, state: 'resolved' }
    await sinkOf(fake)([
      record,
      makeRecord(3, { source: 'app', message: 'over', attributes: { alert: resolved } }),
    ])
    expect(textsOf(fake)).toEqual([
      '🚨 Firing: errors',
      'payments: 5 records\n5 records within 5 min · server: payments',
      'Records:\n08:53:20.000 error payments pay: no ⏎ money',
      'The call:\n08:53:20.000 info payments: tools/call pay',
      '🔴 error · analytics',
      '✅ Resolved: errors',
      'over\n5 records within 5 min · server: payments',
      '🔵 info · analytics',
    ])
    await sinkOf(fake)([{ ...record, source: 'message' }])
    expect(textsOf(fake).at(-2)).toMatch(/^payments: 5 records\nalert=/)
    await fake.close?.()
  })

  it('keeps to the limits of texts and messages', async () => {
    const fake = await receiver()
    const long = '<&> 记录 😀'.repeat(1000)
    const alert = { name: long, state: 'firing', count: 1, windowMs: 1 }
    const records = Array.from({ length: 20 }, () => ({
      time: 1,
      level: 'error',
      server: long,
      message: long,
    }))
    const batch: LogRecord[] = Array.from({ length: 60 }, (_, seq) =>
      makeRecord(seq, seq % 3 === 0 ? { message: long, logger: long, attributes: { a: long } } : {}),
    )
    batch.push(
      makeRecord(60, { source: 'app', message: long, attributes: { alert, records, story: records } }),
    )
    await sinkOf(fake)(batch)
    expect(fake.http.problems).toEqual([])
    expect(await fake.taken()).toEqual(batch.map(({ seq }) => seq))
    for (const { blocks } of fake.messages) {
      const size = JSON.stringify(blocks.map((one) => one.text?.text ?? one.elements)).length
      expect(size).toBeLessThan(15_000)
    }
    // No character and no entity is cut in two.
    for (const text of textsOf(fake))
      expect(text).not.toMatch(/&(?!amp;|lt;|gt;)|[\ud800-\udbff](?![\udc00-\udfff])/)
    expect(textsOf(fake).some((text) => text.endsWith('…'))).toBe(true)
    await fake.close?.()
  })

  it('cuts at every length without splitting a character or an entity', () => {
    const text = '<&> 😀&😀<x'.repeat(9)
    for (let max = 1; max < 80; max++) {
      const short = escaped(text, max)
      expect(short.length).toBeLessThanOrEqual(max)
      expect(short).toMatch(/^(&(amp|lt|gt);|[^&<>\ud800-\udfff]|[\ud800-\udbff][\udc00-\udfff])*…$/)
    }
    expect(escaped('<>', 8)).toBe('&lt;&gt;')
  })

  it('waits between messages, and not for one that nobody waits for', async () => {
    const fake = await receiver()
    const sink = slackSink({ url: `${fake.http.url}/services/T0/B0/geheim`, gapMs: 60_000 })
    const abort = new AbortController()
    const batch = Array.from({ length: 30 }, (_, seq) => makeRecord(seq))
    const attempt = failure(sink, batch, abort.signal)
    await expect.poll(() => fake.messages.length).toBe(1)
    // Long enough for a second message that did not wait.
    for (let i = 0; i < 10; i++) await sinkOf(fake)([makeRecord(100 + i)])
    abort.abort()
    const error = await attempt
    expect(fake.messages).toHaveLength(11)
    expect(error.rejects?.map(({ index, retryable }) => [index, retryable])).toEqual(
      [25, 26, 27, 28, 29].map((index) => [index, true]),
    )
    await fake.close?.()
  })

  it('tells what Slack says in its errors', async () => {
    const fake = await receiver()
    fake.http.script({ status: 404, body: 'no_service' })
    expect((await failure(sinkOf(fake), [makeRecord(0)])).message).toMatch(/answered 404: no_service$/)
    fake.http.script({ status: 429, headers: { 'retry-after': '30' } })
    const limited = await failure(sinkOf(fake), [makeRecord(0)])
    expect(limited).toMatchObject({ retryable: true, retryAfterMs: 30_000 })
    await fake.close?.()
  })

  it('names the option that is wrong, and never shows its address', async () => {
    expect(() => slackSink({ url: 'hooks.slack.com/geheim' })).toThrow(/^(?!.*geheim).*"url"/)
    expect(() => slackSink({ url: 'https://x', gapMs: 0 })).toThrow(/"gapMs"/)
    const fake = await receiver()
    expect(await seenOf(fake.http, sinkOf(fake), [makeRecord(0)])).not.toContain('geheim')
  })
})
