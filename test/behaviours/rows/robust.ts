/** Rows 14, 27 to 29, 31, 34 to 36: what must not break, be lost, leak or be forged. */
import { PassThrough } from 'node:stream'
import type { LogRecord } from '@logboom/sdk/record'
import { consoleSink } from '@logboom/sdk/sink'
import { expect } from 'vitest'
import { waitFor } from '../../kit/wait.ts'
import { rawStdout } from '../raw-stdout.ts'
import { never, onStream, type Row, unless } from '../row.ts'
import { open, withSession } from '../session.ts'

const cannot = unless(never, onStream)
const texts = (records: readonly { message: string }[]): string[] => records.map(({ message }) => message)
const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const SECRETS = [
  'sk-ant-api03-AbCdEf0123456789AbCdEf0123456789',
  'hunter2hunter2',
  'ghp_0123456789abcdefABCDEF0123456789abcd',
]

/** A sink that takes nothing until it is released. */
const stuckSink = () => {
  let release = (): void => {}
  const gate = new Promise<void>((resolve) => {
    release = resolve
  })
  const taken: LogRecord[] = []
  const take = async (batch: readonly LogRecord[]): Promise<void> => {
    await gate
    taken.push(...batch)
  }
  return { take, taken, release: () => release() }
}

export const robustRows: Row[] = [
  {
    number: 14,
    kind: 'K',
    title: 'a handler that throws breaks nothing and is reported',
    cannot,
    show: async (cell) => {
      const [invoked, errors]: [string[], unknown[]] = [[], []]
      const onLog = (record: LogRecord): void => {
        invoked.push(record.message)
        throw new Error(`cannot take ${record.message}`)
      }
      await withSession(
        cell,
        { client: { onLog, onError: (error) => errors.push(error) } },
        async ({ play }) => {
          expect(await play([{ many: 3 }])).toBe('ok')
        },
      )
      expect(invoked).toEqual(['m0', 'm1', 'm2'])
      expect(errors.map(String)).toEqual(
        invoked.map((message) => expect.stringContaining(`cannot take ${message}`)),
      )
    },
  },
  {
    number: 27,
    kind: 'F',
    title:
      'unknown levels, cycles, bigints, classes, getters that throw: the call succeeds, the record arrives',
    cannot,
    show: (cell) =>
      withSession(cell, {}, async ({ play, logs }) => {
        const odd = ['circular', 'bigint', 'date', 'class', 'error', 'throws', 'function', 'reserved']
        const steps = [...odd.map((each) => ({ odd: each })), { unnamed: 'odd level', as: 'shouting' }]
        expect(await play(steps)).toBe('ok')
        expect(texts(logs)).toEqual([...odd.map((each) => `odd ${each}`), 'odd level'])
        const of = (each: string) => logs.find(({ message }) => message === `odd ${each}`)?.attributes
        expect(JSON.stringify(of('bigint'))).toContain('12345678901234567890')
        expect(JSON.stringify(of('date'))).toContain('1970-01-01T00:00:00.000Z')
        expect(JSON.stringify(of('error'))).toContain('bad input')
        expect(of('reserved')).toMatchObject({
          name: 'n',
          level: 'l',
          message: 'm',
          time: 't',
          msg: 'x',
          logger: 'g',
        })
        expect(logs.at(-1)).toMatchObject({ level: 'info' })
        expect(JSON.stringify(logs.at(-1)?.attributes)).toContain('shouting')
      }),
  },
  {
    number: 28,
    kind: 'F',
    title: 'closing at once loses nothing of a slow sink',
    cannot,
    show: async (cell) => {
      const taken: string[] = []
      const slow = async (batch: readonly LogRecord[]): Promise<void> => {
        await delay(200)
        taken.push(...texts(batch))
      }
      const session = await open(cell, { client: { sinks: [slow] } })
      const outcome = await session.play([{ many: 5 }])
      await session.close()
      expect(outcome).toBe('ok')
      expect(taken.filter((message) => /^m\d$/.test(message))).toEqual(['m0', 'm1', 'm2', 'm3', 'm4'])
    },
  },
  {
    number: 29,
    kind: 'F',
    title: 'order holds with an asynchronous sink of random latency',
    cannot,
    show: async (cell) => {
      const taken: string[] = []
      const jumpy = async (batch: readonly LogRecord[]): Promise<void> => {
        await delay(Math.random() * 8)
        taken.push(...texts(batch))
      }
      await withSession(cell, { client: { sinks: [jumpy] } }, async ({ play }) => {
        for (let n = 0; n < 5; n++) expect(await play([{ many: 10 }])).toBe('ok')
      })
      const expected = Array.from({ length: 50 }, (_, n) => `m${n % 10}`)
      expect(taken.filter((message) => /^m\d$/.test(message))).toEqual(expected)
    },
  },
  {
    number: 31,
    kind: 'F',
    title: 'what cannot be delivered throws nothing, leaves by the other ways, is counted and said once',
    cannot: never,
    show: (cell) =>
      withSession(cell, {}, async ({ play, logs, served, local, undelivered }) => {
        const said = (text: string): LogRecord[] => local().filter(({ message }) => message === text)
        const now = [{ level: 'info', message: 'during' }, { later: 'after the answer' }]
        expect([await play(now), await play(now)]).toEqual(['ok', 'ok'])
        expect(await play([{ now: true }])).toBe('ok')
        const why = [
          ...(cell.way === 'http json'
            ? ['logs do not reach clients that are answered with one JSON body']
            : []),
          'logs after the answer to their request do not reach clients',
        ]
        const warnings = () =>
          local().filter(({ level, logger }) => level === 'warning' && logger === 'logboom')
        await waitFor('the late logs, and why they are late', async () => {
          await served.flush()
          return said('after the answer').length === 2 && warnings().length >= why.length
        })
        expect(said('during')).toHaveLength(2)
        expect(texts(logs).filter((text) => text === 'during')).toHaveLength(cell.way === 'http json' ? 0 : 2)
        expect(texts(warnings())).toEqual(why)
        const late = { after_response: 2 }
        expect(await undelivered()).toEqual(cell.way === 'http json' ? { json_response: 2, ...late } : late)
      }),
  },
  {
    number: 34,
    kind: 'F',
    title: 'secrets are masked in every way out, in text, fields and errors',
    cannot: never,
    show: (cell) =>
      withSession(cell, { server: { calls: true } }, async ({ play, records, wire, local }) => {
        const [key, password, token] = SECRETS
        const steps = [
          {
            level: 'info',
            message: `using ${key}`,
            extra: { password, nested: { list: [{ authorization: `Bearer ${token}` }] } },
          },
          { level: 'error', message: 'failed', extra: { json: JSON.stringify({ api_key: key }) } },
        ]
        expect(await play(steps, cell.line === 'v2 modern' ? { logLevel: 'debug' } : {})).toBe('ok')
        // What leaves a child, before anybody else could have masked it.
        const raw = cell.way === 'stdio' ? await rawStdout(cell.line, steps) : { lines: [], stderr: '' }
        if (cell.way === 'stdio') expect(raw.stderr).toContain('using ')
        const thrown = `refused: password=${password}, key ${key}`
        // What a tool throws is the application's own, and reaches it as it is; what tells about it does not tell the secret.
        expect(await play([{ fail: thrown }])).toContain(thrown)
        const failed = (from: readonly LogRecord[]) =>
          from.filter(({ level, message }) => level === 'error' && message.includes('refused: '))
        await waitFor('what tells of the error', () => failed(local()).length > 0)
        expect(failed(local()).map(({ logger }) => logger)).toEqual(['calls'])
        const outcomes = failed(records).filter(({ source }) => source === 'call')
        expect(outcomes.map(({ attributes }) => JSON.stringify(attributes.result))).toEqual([
          expect.stringContaining('refused: '),
        ])
        expect(local().some(({ message }) => message.startsWith('using '))).toBe(true)
        for (const what of [records, wire, local(), raw]) {
          const text = JSON.stringify(what)
          expect(SECRETS.filter((secret) => text.includes(secret))).toEqual([])
        }
      }),
  },
  {
    number: 35,
    kind: 'F',
    title:
      'a sink that is stuck costs bounded memory; drops are counted and reported; calls wait for nothing',
    cannot,
    show: async (cell) => {
      const steps = [{ many: 1000 }]
      const free: string[] = []
      await withSession(cell, {}, async ({ play, logs }) => {
        expect(await play(steps, { bare: true })).toBe('ok')
        free.push(...texts(logs))
      })

      const sink = stuckSink()
      const warnings: string[] = []
      const session = await open(cell, {
        client: {
          sinks: [sink.take],
          queue: { maxRecords: 600 },
          onWarning: ({ code }) => void warnings.push(code),
        },
      })
      const ofSink = () => session.stats().handlers.find(({ handler }) => handler === 'sinks[0]')
      try {
        expect(await session.play(steps, { bare: true })).toBe('ok')
        // Answered, and heard by the handler beside it as ever, before anything was drained.
        expect(texts(session.logs)).toEqual(free)
        expect(ofSink()).toMatchObject({ delivered: 0, queued: expect.any(Number) })
        expect(ofSink()?.queued).toBeLessThanOrEqual(600)
        // And again while the queue is full.
        expect(await session.play([{ level: 'info', message: 'still quick' }], { bare: true })).toBe('ok')
        expect(texts(session.logs).at(-1)).toBe('still quick')
        expect(ofSink()?.delivered).toBe(0)
        for (const { received, delivered, queued, dropped } of session.stats().handlers)
          expect(delivered + queued + (dropped.overflow ?? 0)).toBe(received)
        expect(warnings).toEqual(['records_dropped'])
      } finally {
        sink.release()
        await session.close()
      }
      const overflow = ofSink()?.dropped.overflow ?? 0
      expect(overflow).toBeGreaterThan(350)
      const reports = (records: readonly LogRecord[]) =>
        records.filter(({ attributes }) => attributes.event === 'drop')
      expect(
        reports(session.records).map(({ level, source, attributes }) => [level, source, attributes]),
      ).toEqual([
        [
          'warning',
          'lifecycle',
          { event: 'drop', reason: 'overflow', records: overflow, handler: 'sinks[0]' },
        ],
      ])
      expect(reports(sink.taken)).toEqual(reports(session.records))
    },
  },
  {
    number: 36,
    kind: 'F',
    title: 'a record is one physical line, control characters escaped',
    cannot,
    show: async (cell) => {
      const stream = new PassThrough()
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      const forged = 'ok\n2026-01-01 ERROR forged level=error\r\n\u001b[31mred\u0007'
      await withSession(
        cell,
        { client: { sinks: [consoleSink({ stream, color: false })] } },
        async ({ play }) => {
          expect(await play([{ level: 'info', message: forged, extra: { k: `v\n\u001b[2J` } }])).toBe('ok')
        },
      )
      const lines = Buffer.concat(chunks).toString().trimEnd().split('\n')
      expect(lines.filter((line) => /ok.*forged.*red/.test(line)).length).toBeGreaterThan(0)
      for (const line of lines) {
        expect(line).toMatch(/^\d\d:\d\d:\d\d\.\d{3} /)
        expect(line).not.toMatch(/[\u0000-\u001f\u007f]/)
      }
    },
  },
]
