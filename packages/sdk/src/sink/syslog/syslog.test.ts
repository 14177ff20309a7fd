import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, afterEach, expect, it, describe as suite } from 'vitest'
import { type Behaviour, checkSink, makeRecord } from '../../testing/index.ts'
import { createDelivery } from '../delivery.ts'
import type { SyslogSinkOptions } from './options.ts'
import { syslogSink } from './syslog.ts'
import { type FakeSyslog, fakeSyslog } from './testing.ts'

const directory = mkdtempSync(join(tmpdir(), 'logboom-syslog-'))
afterAll(() => rmSync(directory, { recursive: true }))

/** A certificate of its own authority. */
const certificate = (name: string): { cert: string; key: string } => {
  const file = (kind: string): string => join(directory, `${name}.${kind}`)
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`]
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', file('key')]
  execFileSync('openssl', ['req', '-x509', '-days', '2', ...key, '-out', file('crt'), ...subject], {
    stdio: 'pipe',
  })
  return { cert: readFileSync(file('crt'), 'utf8'), key: readFileSync(file('key'), 'utf8') }
}
const receiver = certificate('logs.example.com')
const sender = certificate('sender.example.com')
const stranger = certificate('stranger.example.com')

const thrown = async (attempt: void | Promise<void>): Promise<unknown> => {
  try {
    await attempt
  } catch (error) {
    return error
  }
  return undefined
}

const fakes: FakeSyslog[] = []
const start: typeof fakeSyslog = async (...settings) => {
  const fake = await fakeSyslog(...settings)
  fakes.push(fake)
  return fake
}
afterEach(async () => {
  for (const fake of fakes.splice(0)) await fake.close()
})

const local = { host: '127.0.0.1' }
const trusting = { ...local, protocol: 'tls', ca: receiver.cert, servername: 'logs.example.com' } as const

type Start = () => Promise<FakeSyslog>
const ways: [string, Start, SyslogSinkOptions, Behaviour[]][] = [
  ['UDP', () => fakeSyslog('udp'), { ...local, maxBytes: 8192 }, ['ok']],
  ['TCP', () => fakeSyslog('tcp'), { ...local, protocol: 'tcp' }, ['ok', 'transient']],
  [
    'TCP with line feeds',
    () => fakeSyslog('tcp', 'newline'),
    { ...local, protocol: 'tcp', framing: 'newline' },
    ['ok', 'transient'],
  ],
  ['TLS', () => fakeSyslog('tls', 'octet-counting', receiver), trusting, ['ok', 'transient']],
]
suite.each(ways)('the syslog sink over %s keeps the contract', (_, open, options, can) => {
  const checks = checkSink({
    can,
    makeFake: async () => {
      const fake = await open()
      return { ...fake, behave: (behaviour) => (behaviour === 'ok' ? fake.start() : fake.stop()) }
    },
    makeSink: ({ port }) => syslogSink({ ...options, port }),
  })
  it.each(checks)('$name', ({ run }) => run())
})

suite('the syslog sink over TCP', () => {
  it('keeps one connection, and opens it again when the receiver ended it', async () => {
    const fake = await start('tcp')
    const sink = syslogSink({ ...local, protocol: 'tcp', port: fake.port })
    await sink([makeRecord(0)])
    await sink([makeRecord(1)])
    expect(await fake.taken()).toEqual([0, 1])
    expect(fake.connections()).toBe(1)
    fake.cut()
    // The end has to be seen before the next batch: what is written into a connection that has ended is lost.
    await fake.taken()
    await sink([makeRecord(2)])
    expect(await fake.taken()).toEqual([0, 1, 2])
    expect(fake.connections()).toBe(2)
    await sink.close?.(1000)
  })

  it('a receiver that was away gets everything, in order', async () => {
    const fake = await start('tcp')
    await fake.stop()
    const sink = syslogSink({ ...local, protocol: 'tcp', port: fake.port })
    let hear: (error: unknown) => void = () => undefined
    const failed = new Promise<unknown>((resolve) => {
      hear = resolve
    })
    const delivery = createDelivery(sink, { batch: 10, retry: { firstMs: 1 }, onError: hear })
    for (let i = 0; i < 25; i++) delivery.push(makeRecord(i))
    expect(String(await failed)).toContain('ECONNREFUSED')
    await fake.start()
    expect(await delivery.close(5000)).toEqual({ left: 0 })
    expect(await fake.taken()).toEqual(Array.from({ length: 25 }, (_, i) => i))
    expect(delivery.stats()).toMatchObject({ delivered: 25, dropped: {} })
  })

  it('gives up a receiver that reads nothing, and says that it may be tried again', async () => {
    const fake = await start('tcp')
    fake.stall()
    const sink = syslogSink({ ...local, protocol: 'tcp', port: fake.port, maxBytes: 100_000, timeoutMs: 200 })
    const much = Array.from({ length: 400 }, (_, i) => makeRecord(i, { message: 'x'.repeat(65_000) }))
    expect(await thrown(sink(much))).toMatchObject({ name: 'SinkError', retryable: true })
    const abort = new AbortController()
    const patient = syslogSink({ ...local, protocol: 'tcp', port: fake.port, maxBytes: 100_000 })
    const attempt = thrown(patient(much, { signal: abort.signal }))
    abort.abort()
    expect(await attempt).toMatchObject({ name: 'SinkError', retryable: true })
    await sink.close?.(100)
  })

  it('waits while it closes until what is under way has left, then refuses', async () => {
    const fake = await start('tcp')
    const sink = syslogSink({ ...local, protocol: 'tcp', port: fake.port })
    const attempt = sink(Array.from({ length: 300 }, (_, i) => makeRecord(i)))
    await sink.close?.(5000)
    await attempt
    expect(await fake.taken()).toHaveLength(300)
    expect(await thrown(sink([makeRecord(1)]))).toMatchObject({ name: 'SinkError', retryable: false })
  })
})

suite('the syslog sink over UDP', () => {
  it('refuses what no datagram carries, and sends the rest', async () => {
    const fake = await start('udp')
    const sink = syslogSink({ ...local, port: fake.port, maxBytes: 100_000 })
    const batch = [makeRecord(0), makeRecord(1, { message: 'x'.repeat(80_000) }), makeRecord(2)]
    expect(await thrown(sink(batch))).toMatchObject({
      rejects: [{ index: 1, reason: 'EMSGSIZE', retryable: false }],
    })
    expect(await fake.taken()).toEqual([0, 2])
    await sink.close?.(100)
  })

  it('cuts to 2048 bytes unless told otherwise', async () => {
    const fake = await start('udp')
    const sink = syslogSink({ ...local, port: fake.port })
    await sink([makeRecord(0, { message: '记'.repeat(3000) })])
    expect(await fake.taken()).toEqual([0])
    expect(fake.raw[0]?.length).toBeGreaterThan(2040)
    expect(fake.raw[0]?.length).toBeLessThanOrEqual(2048)
    await sink.close?.(100)
  })

  it('hears with the next message that nobody listens, and says that it may be sent again', async () => {
    const fake = await start('udp')
    const sink = syslogSink({ ...local, port: fake.port })
    await fake.stop()
    await sink([makeRecord(0)])
    expect(await thrown(sink([makeRecord(1), makeRecord(2)]))).toMatchObject({
      rejects: [0, 1].map((index) => ({ index, reason: 'ECONNREFUSED', retryable: true })),
    })
    await fake.start()
    await sink([makeRecord(1), makeRecord(2)])
    expect(await fake.taken()).toEqual([1, 2])
    await sink.close?.(100)
  })
})

suite('the syslog sink over TLS', () => {
  const refused = { name: 'SinkError', retryable: false }
  const attempt = async (fake: FakeSyslog, options: SyslogSinkOptions): Promise<unknown> => {
    const sink = syslogSink({ ...options, port: fake.port })
    const error = await thrown(sink([makeRecord(0)]))
    await sink.close?.(1000)
    return error
  }

  it('refuses a receiver that nobody vouches for, and one of another name; for good', async () => {
    const fake = await start('tls', 'octet-counting', receiver)
    expect(await attempt(fake, { ...local, protocol: 'tls' })).toMatchObject(refused)
    expect(await attempt(fake, { ...trusting, ca: stranger.cert })).toMatchObject(refused)
    expect(await attempt(fake, { ...trusting, servername: 'other.example.com' })).toMatchObject(refused)
    expect(await fake.taken()).toEqual([])
    expect(await attempt(fake, { ...trusting, ca: [stranger.cert, receiver.cert] })).toBeUndefined()
    expect(await attempt(fake, { ...local, protocol: 'tls', verify: false })).toBeUndefined()
    expect(await fake.taken()).toEqual([0, 0])
  })

  it('shows its certificate where it is asked for; nothing counts as taken by who refuses it', async () => {
    const asking = { ...receiver, ca: sender.cert, requestCert: true, rejectUnauthorized: true }
    const fake = await start('tls', 'octet-counting', asking)
    expect(await attempt(fake, trusting)).toMatchObject({ name: 'SinkError' })
    expect(await attempt(fake, { ...trusting, ...stranger })).toMatchObject({ name: 'SinkError' })
    expect(await fake.taken()).toEqual([])
    expect(await attempt(fake, { ...trusting, ...sender })).toBeUndefined()
    expect(await fake.taken()).toEqual([0])
  })

  it('gives up a receiver that never greets', async () => {
    const fake = await start('tcp')
    fake.stall()
    const error = await attempt(fake, { ...trusting, timeoutMs: 50 })
    expect(error).toMatchObject({ name: 'SinkError', retryable: true })
  })

  it('tells no key, neither in errors nor when it is looked at', async () => {
    const key = `${sender.key}hunter2`
    const sink = syslogSink({ ...trusting, cert: sender.cert, key, port: 9 })
    const error = await thrown(sink([makeRecord(0)]))
    expect(error).toBeDefined()
    expect(inspect([error, sink], { depth: 9, showHidden: true })).not.toMatch(/hunter2|PRIVATE/)
    const wrong = { ...trusting, key, wrong: 1 }
    expect(inspect(await thrown((async () => void syslogSink(wrong))()))).not.toContain('hunter2')
  })
})

suite('the options of the syslog sink', () => {
  it.each([
    ['host', { host: '' }],
    ['port', { port: 0 }],
    ['port', { port: 70_000 }],
    ['protocol', { protocol: 'http' }],
    ['framing', { protocol: 'tcp', framing: 'lines' }],
    ['framing', { protocol: 'tls', framing: 'newline' }],
    ['facility', { facility: 24 }],
    ['facility', { facility: 'local9' }],
    ['sdId', { sdId: 'a b@1' }],
    ['sdId', { sdId: 'logboom' }],
    ['maxBytes', { maxBytes: 479 }],
    ['timeoutMs', { timeoutMs: 0 }],
    ['ca', { protocol: 'tls', ca: [] }],
    ['ca', { protocol: 'tcp', ca: 'PEM' }],
    ['key', { protocol: 'tls', cert: 'PEM' }],
    ['verify', { verify: false }],
    ['fraiming', { fraiming: 'newline' }],
  ])('refuse a wrong %s by its name: %j', (name, options) => {
    expect(() => syslogSink(options as SyslogSinkOptions)).toThrow(
      expect.objectContaining({ code: 'LB_SINK_OPTIONS', message: expect.stringContaining(`"${name}"`) }),
    )
  })
})
