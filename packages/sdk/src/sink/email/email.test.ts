import { inspect } from 'node:util'
import { afterEach, expect, it, describe as suite } from 'vitest'
import { checkSink, makeRecord } from '../../testing/index.ts'
import { createDelivery } from '../delivery.ts'
import { emailSink } from './email.ts'
import { encodeMail } from './encode.ts'
import type { EmailSinkOptions } from './options.ts'
import { type FakeSmtp, fakeSmtp } from './testing.ts'

const fakes: FakeSmtp[] = []
const start = async (login?: { user: string; pass: string }): Promise<FakeSmtp> => {
  const fake = await fakeSmtp(login)
  fakes.push(fake)
  return fake
}
afterEach(async () => {
  for (const fake of fakes.splice(0)) await fake.close()
})

const people = { from: 'logs@example.com', to: ['ops@example.com', 'dev@example.com'] }
const sinkFor = (fake: FakeSmtp, options: Partial<EmailSinkOptions> = {}) =>
  emailSink({ ...people, smtp: fake.url, minIntervalMs: 0, ...options })

const thrown = async (attempt: void | Promise<void>): Promise<unknown> => {
  try {
    await attempt
  } catch (error) {
    return error
  }
  return undefined
}

suite('the email sink', () => {
  it('sends a batch as one mail, which says what the records say', async () => {
    const fake = await start()
    const batch = [
      makeRecord(0, { message: 'one' }),
      makeRecord(1, { level: 'critical', message: '<b onclick="x">two</b>\n\u001b[31m & 记录' }),
    ]
    await sinkFor(fake)(batch)
    expect(fake.mails).toHaveLength(1)
    const [mail] = fake.mails
    expect(mail?.subject).toBe('[critical] analytics: <b onclick="x">two</b>␊␛[31m & 记录 (+1 more)')
    expect(mail?.from?.text).toBe('logs@example.com')
    expect(mail?.to).toMatchObject({ text: 'ops@example.com, dev@example.com' })
    expect(mail?.text?.trim().split('\n')).toEqual([
      '2025-10-09T08:53:20.000Z info analytics: one',
      '2025-10-09T08:53:20.001Z critical analytics: <b onclick="x">two</b>␊␛[31m & 记录',
    ])
    expect(mail?.html).toContain('&#60;b onclick=&#34;x&#34;&#62;two&#60;/b&#62;␊␛[31m &#38; 记录')
    expect(mail?.html).not.toContain('<b')
  })

  it('tells of an alert: what, how often, the records that fired, and the story of the call', async () => {
    const fake = await start()
    const alert = { name: 'errors', state: 'firing', count: 12, windowMs: 60_000, group: 'analytics' }
    const fired = [{ time: 1_760_000_000_000, level: 'error', server: 'db', message: 'connection\nrefused' }]
    const told = { alert, records: fired, story: 'call add\nended in tool_error' }
    await sinkFor(fake)([
      makeRecord(0, { source: 'app', level: 'alert', message: 'errors fires', attributes: told }),
    ])
    const [mail] = fake.mails
    expect(mail?.subject).toBe('[firing] errors (analytics): 12 records in 1 min')
    for (const line of [
      '2025-10-09T08:53:20.000Z error db: connection␊refused',
      'call add',
      'ended in tool_error',
    ])
      for (const text of [mail?.text, mail?.html]) expect(text).toContain(line)
    const resolved = { alert: { ...alert, state: 'resolved' } }
    expect(encodeMail([makeRecord(0, { attributes: resolved })], undefined).subject).toMatch(
      /^\[resolved\] errors/,
    )
  })

  it('lets no log text into the headers', async () => {
    const fake = await start()
    const evil = 'x\r\nBcc: evil@example.com\r\n\r\nbody\u2028'
    const alert = { name: evil, state: evil, count: 1, windowMs: 1000, group: evil }
    await sinkFor(fake)([makeRecord(0, { message: evil, server: evil })])
    await sinkFor(fake)([makeRecord(0, { attributes: { alert } })])
    await sinkFor(fake, { subject: evil })([makeRecord(0)])
    expect(fake.mails).toHaveLength(3)
    for (const mail of fake.mails) {
      expect([mail.bcc, mail.headers.get('bcc')]).toEqual([undefined, undefined])
      expect(mail.subject).toContain('x␍␊Bcc: evil@example.com')
    }
  })

  it('keeps a large batch within bounds, and says what is not in it', () => {
    const batch = Array.from({ length: 1003 }, (_, i) => makeRecord(i, { message: 'x'.repeat(65_000) }))
    const { subject, text } = encodeMail(batch, undefined)
    expect(subject.length).toBeLessThanOrEqual(151)
    expect(text.length).toBeLessThan(1000 * 2010)
    expect(text).toContain('… and 3 more lines')
  })

  it('sends not more often than it is told, and loses nothing by it', async () => {
    const fake = await start()
    let now = 5
    const sink = sinkFor(fake, { minIntervalMs: 1000, now: () => now })
    await sink([makeRecord(0)])
    now += 400
    expect(await thrown(sink([makeRecord(1)]))).toMatchObject({ retryable: true, retryAfterMs: 600 })
    expect(fake.mails).toHaveLength(1)
    now += 600
    fake.answer({ status: 451 })
    expect(await thrown(sink([makeRecord(1)]))).toMatchObject({ retryable: true, retryAfterMs: undefined })
    fake.answer({})
    await sink([makeRecord(1), makeRecord(2)])
    expect(fake.mails.map(({ text }) => text?.trim().split('\n').length)).toEqual([1, 2])
  })

  it.each([
    [421, true],
    [451, true],
    [550, false],
    [554, false],
  ])('an answer of %i may be tried again: %s', async (status, retryable) => {
    const fake = await start()
    fake.answer({ status })
    expect(await thrown(sinkFor(fake)([makeRecord(0)]))).toMatchObject({ name: 'SinkError', retryable })
    expect(fake.mails).toEqual([])
  })

  it('logs in; a refused password is final, and told nowhere', async () => {
    const fake = await start({ user: 'me', pass: 'hunter2' })
    await sinkFor(fake, {
      smtp: { host: '127.0.0.1', port: fake.port, auth: { user: 'me', pass: 'hunter2' } },
    })([makeRecord(0)])
    expect(fake.mails).toHaveLength(1)
    const sink = sinkFor(fake, { smtp: `smtp://me:wrongpass@127.0.0.1:${fake.port}` })
    const error = await thrown(sink([makeRecord(1)]))
    expect(error).toMatchObject({ name: 'SinkError', retryable: false })
    expect(String(error)).toContain('535')
    expect(inspect([error, sink], { depth: 9, showHidden: true })).not.toContain('wrongpass')
  })

  it('tells of receivers that were refused, and counts the records as delivered', async () => {
    const fake = await start()
    fake.answer({ refuse: ['dev@example.com'] })
    const errors: unknown[] = []
    const delivery = createDelivery(sinkFor(fake), { onError: (error) => errors.push(error) })
    delivery.push(makeRecord(0))
    await delivery.close(5000)
    expect(errors.map(String)).toEqual([expect.stringContaining('1 of 2 receivers refused')])
    expect(delivery.stats()).toMatchObject({ delivered: 1, dropped: {} })
    expect(fake.mails).toHaveLength(1)
  })

  it('gives up a server that never answers, and one that is not there', async () => {
    const fake = await start()
    fake.answer({ silent: true })
    const late = await thrown(sinkFor(fake, { timeoutMs: 200 })([makeRecord(0)]))
    expect(late).toMatchObject({ name: 'SinkError', retryable: true })
    await fakes.pop()?.close()
    expect(await thrown(sinkFor(fake)([makeRecord(0)]))).toMatchObject({ name: 'SinkError', retryable: true })
  })

  it.each([
    ['to', { to: [] }],
    ['to', { to: 'a@b.c\r\nBcc: x@y.z' }],
    ['from', { from: 'nobody' }],
    ['smtp', { smtp: 'http://hunter2@x' }],
    ['subject', { subject: '' }],
    ['minIntervalMs', { minIntervalMs: -1 }],
    ['timeoutMs', { timeoutMs: 0 }],
    ['tto', { tto: 'x' }],
  ])('refuses a wrong %s by its name: %j', (name, options) => {
    const make = () => emailSink({ ...people, smtp: 'smtp://localhost', ...options } as EmailSinkOptions)
    expect(make).toThrow(
      expect.objectContaining({ code: 'LB_SINK_OPTIONS', message: expect.stringContaining(`"${name}"`) }),
    )
    expect(make).not.toThrow(/hunter2/)
  })
})

suite('the email sink keeps the contract', () => {
  const checks = checkSink({
    can: ['ok', 'transient', 'permanent', 'slow', 'hanging'],
    makeFake: async () => {
      const fake = await fakeSmtp()
      return {
        ...fake,
        taken: () =>
          fake.mails.flatMap(({ text = '' }) =>
            [...text.matchAll(/^(\S+Z) \w+ /gm)].map(
              ([, time]) => Date.parse(String(time)) - 1_760_000_000_000,
            ),
          ),
        behave: (behaviour) =>
          fake.answer(
            {
              ok: {},
              transient: { status: 451 },
              permanent: { status: 554 },
              partial: {},
              slow: { delayMs: 30 },
              hanging: { silent: true },
            }[behaviour],
          ),
      }
    },
    makeSink: (fake) => sinkFor(fake as unknown as FakeSmtp),
  })
  it.each(checks)('$name', ({ run }) => run())
})
