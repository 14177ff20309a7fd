/** Our syslog messages as rsyslog, the syslog daemon of Debian, understands them. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { LEVELS, type LogRecord, visible } from '@logboom/sdk/record'
import { createDelivery, type SyslogSinkOptions, syslogSink } from '@logboom/sdk/sink'
import { makeRecord } from '@logboom/sdk/testing'
import { afterAll, beforeAll, expect, describe as suite, test } from 'vitest'
import { waitFor } from '../kit/wait.ts'
import { missing, type Rsyslog, startRsyslog, type Understood } from './rsyslog.ts'

const reason = missing()
if (reason !== undefined && process.env.CI === 'true') throw new Error(reason)

const makeCertificate = (): { ca: string; cert: string; key: string } => {
  const directory = mkdtempSync(join(tmpdir(), 'logboom-certificate-'))
  const [crt, key] = [join(directory, 'crt'), join(directory, 'key')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', crt, ...subject],
    {
      stdio: 'pipe',
    },
  )
  const cert = readFileSync(crt, 'utf8')
  const made = { ca: cert, cert, key: readFileSync(key, 'utf8') }
  rmSync(directory, { recursive: true })
  return made
}

const awkward: Partial<LogRecord>[] = [
  ...LEVELS.map((level) => ({ level, message: `at ${level}` })),
  { message: '' },
  { message: '  spaces before and after  ' },
  { message: 'two\nlines\r\n\u001b[31mred\u001b[0m \u202e \u2028 \0\ttab' },
  { message: '\ud800 half a character, 记录, 🪵' },
  { message: '<34>1 2003-10-11T22:14:15.003Z forged su - ID47 - \ufeffa message in a message' },
  { message: '"] quotes \\ and ] brackets [x@1 y="z"]' },
  { message: '%msg% $hostname {json}' },
  { server: 'a server\nwith "everything" ]=', logger: 'a]"\\\u0007b', host: 'ho st\u00e4' },
  { server: '', host: '', run: '', source: 'stderr' },
  { server: 's'.repeat(100), host: 'h'.repeat(300) },
  { attributes: { quote: '"', slash: '\\', bracket: ']', nested: [{ a: '\n\u001b' }, null, 1.5], 记: '录' } },
  {
    call: {
      id: 'c-1',
      method: 'tools/call',
      tool: 'a "tool"',
      requestId: 1,
      from: 'client',
      attribution: 'exact',
    },
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
  },
  { call: { attribution: 'ambiguous', candidates: ['c-1', 'c-2'] } },
  { time: 1_760_000_000_007.123 },
  { message: '🪵'.repeat(10_000), attributes: { a: 'x'.repeat(5000) } },
]

const records = awkward.map((fields, index) => makeRecord(index, fields))

/** rsyslog keeps what stands in quotes escaped. */
const readData = (data: string): Record<string, string> =>
  Object.fromEntries(
    [...data.matchAll(/ ([^ =]+)="((?:[^"\\]|\\.)*)"/gsu)].map(([, name = '', value = '']) => [
      name,
      value.replace(/\\(["\\\]])/g, '$1'),
    ]),
  )

const NAMES = ['debug', 'info', 'notice', 'warning', 'err', 'crit', 'alert', 'emerg']
const header = (text: string, max: number): string => text.replace(/[^!-~]+/g, '_').slice(0, max) || '-'

/** What rsyslog has to have understood of a record. */
const agrees = (record: LogRecord, line: Understood, maxBytes: number): void => {
  const severity = LEVELS.indexOf(record.level)
  expect(line).toMatchObject({
    pri: String(17 * 8 + 7 - severity),
    facility: 'local1',
    severity: NAMES[severity],
    version: '1',
    hostname: header(record.host ?? hostname(), 255),
    appName: header(record.server, 48),
    procId: header(record.run, 128),
    msgId: record.source,
  })
  expect(line.time).toMatch(/\.\d{6}(Z|\+00:00)$/)
  expect(Date.parse(line.time)).toBe(Math.floor(record.time))
  expect(line.time.slice(20, 26)).toBe(String(Math.round(record.time * 1000) % 1_000_000).padStart(6, '0'))
  const data = readData(line.data)
  expect(data.seq).toBe(String(record.seq))
  expect(data.id).toBe(record.id)
  if (record.logger !== undefined) expect(data.logger).toBe(visible(record.logger))
  if (record.call !== undefined && 'id' in record.call) {
    expect(data).toMatchObject({ call: record.call.id, tool: record.call.tool, attribution: 'exact' })
    expect(data).toMatchObject({ trace: record.traceId, span: record.spanId })
  } else if (record.call !== undefined)
    expect(data).toMatchObject({ attribution: 'ambiguous', candidates: 'c-1 c-2' })
  const text = visible(record.message)
  if (data.cut === undefined) {
    expect(line.text).toBe(text === '' ? '' : `\ufeff${text}`)
    expect(data.attributes === undefined ? {} : JSON.parse(data.attributes)).toEqual(record.attributes)
  } else {
    expect(Number(data.cut)).toBeGreaterThan(maxBytes)
    expect(line.text.startsWith('\ufeff🪵🪵')).toBe(true)
    expect(`\ufeff${text}`.startsWith(line.text.replace(/…$/, ''))).toBe(true)
  }
}

suite.skipIf(reason !== undefined)(`rsyslog${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  const certificate = reason === undefined ? makeCertificate() : { ca: '', cert: '', key: '' }
  let rsyslog: Rsyslog
  beforeAll(async () => {
    rsyslog = await startRsyslog(certificate)
  })
  afterAll(() => rsyslog?.close())

  const arrived = (from: number, count: number): Promise<Understood[]> =>
    waitFor(`${count} lines of rsyslog`, () => {
      const lines = rsyslog.lines().slice(from)
      return lines.length >= count && lines
    })

  const ways: [string, () => SyslogSinkOptions, number][] = [
    ['TCP', () => ({ protocol: 'tcp', port: rsyslog.tcp }), 8000],
    ['TCP with line feeds', () => ({ protocol: 'tcp', port: rsyslog.tcp, framing: 'newline' }), 8000],
    ['TLS', () => ({ protocol: 'tls', port: rsyslog.tls, ca: certificate.ca }), 8000],
    ['UDP', () => ({ port: rsyslog.udp }), 2048],
  ]
  test.each(ways)('reads every field of every record, over %s', async (_, options, maxBytes) => {
    const before = rsyslog.lines().length
    const sink = syslogSink({ ...options(), host: 'localhost', facility: 'local1' })
    await sink(records)
    const lines = await arrived(before, records.length)
    await sink.close?.(1000)
    expect(lines).toHaveLength(records.length)
    for (const [index, record] of records.entries()) agrees(record, lines[index] as Understood, maxBytes)
  })

  test('gets everything after it was restarted, in order', async () => {
    const before = rsyslog.lines().length
    const sink = syslogSink({ host: '127.0.0.1', port: rsyslog.tcp, protocol: 'tcp' })
    const delivery = createDelivery(sink, { retry: { attempts: 100, firstMs: 20, longestMs: 100 } })
    const send = (from: number): void => {
      for (let seq = from; seq < from + 500; seq++) delivery.push(makeRecord(seq))
    }
    send(0)
    expect(await delivery.flush(10_000)).toEqual({ left: 0 })
    await arrived(before, 500)
    await rsyslog.stop()
    send(500)
    await rsyslog.start()
    expect(await delivery.close(10_000)).toEqual({ left: 0 })
    const lines = await arrived(before, 1000)
    expect(lines.map(({ data }) => Number(readData(data).seq))).toEqual(
      Array.from({ length: 1000 }, (_, seq) => seq),
    )
    expect(delivery.stats()).toMatchObject({ delivered: 1000, dropped: {} })
  })
})
