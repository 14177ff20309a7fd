/** Rows 24 to 26: which server, which call, which trace a record belongs to. */

import type { LogRecord, NamedCall } from '@logboom/sdk/record'
import { expect } from 'vitest'
import { never, onStream, type Row, unless } from '../row.ts'
import { serve } from '../serve.ts'
import { isOwn, open, withSession } from '../session.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'

const callOf = (record: LogRecord): NamedCall | undefined =>
  record.call !== undefined && 'id' in record.call ? record.call : undefined

export const callRows: Row[] = [
  {
    number: 24,
    kind: 'K',
    title: 'one trace from the client’s span to the server’s records; off leaves requests alone',
    cannot: never,
    show: async (cell) => {
      const traceparent = `00-${TRACE}-b7ad6b7169203331-01`
      await withSession(
        cell,
        { client: { trace: () => traceparent } },
        async ({ play, records, local, logs }) => {
          expect(await play([{ level: 'info', message: 'traced' }])).toBe('ok')
          const calls = records.filter(
            ({ source, call }) => source === 'call' && callOf({ call } as LogRecord)?.tool === 'play',
          )
          expect(calls.map(({ traceId }) => traceId)).toEqual([TRACE, TRACE])
          const said = [...local(), ...logs].filter(({ message }) => message === 'traced')
          expect(said.length).toBeGreaterThan(0)
          expect(new Set(said.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]))
        },
      )
      await withSession(cell, { client: { trace: false } }, async ({ play, records, local }) => {
        expect(await play([{ level: 'info', message: 'untraced' }])).toBe('ok')
        expect([...records, ...local()].filter(({ traceId }) => traceId !== undefined)).toEqual([])
      })
    },
  },
  {
    number: 25,
    kind: 'F',
    title: 'identical text of two servers: each record names its server',
    cannot: unless(never, onStream),
    show: async (cell) => {
      const quiet = cell.way === 'stdio' ? {} : { server: { stderr: false as const } }
      const [one, two] = [await serve(cell, quiet), await serve(cell, quiet)]
      const logs: LogRecord[] = []
      const onLog = (record: LogRecord): void => {
        if (!isOwn(record)) logs.push(record)
      }
      const a = await open(cell, { at: one, client: { server: 'alpha', onLog } })
      const b = await open(cell, { at: two, client: { server: 'beta', onLog } })
      try {
        const steps = [{ level: 'info', message: 'same' }]
        expect(await Promise.all([a.play(steps), b.play(steps)])).toEqual(['ok', 'ok'])
        expect(logs.map(({ server, message }) => `${server} ${message}`).sort()).toEqual([
          'alpha same',
          'beta same',
        ])
      } finally {
        await a.close()
        await b.close()
        await one.close()
        await two.close()
      }
    },
  },
  {
    number: 26,
    kind: 'F',
    title: 'two calls of one tool at once: each record names its call',
    cannot: unless(never, onStream),
    show: (cell) =>
      withSession(cell, {}, async ({ collected, logs, records }) => {
        const steps = (mark: string) =>
          [0, 1, 2, 3].flatMap((n) => [
            { level: 'info', message: `${mark}${n}`, extra: { mark } },
            { pause: 2 },
          ])
        const [a, b] = await Promise.all([collected(steps('a')), collected(steps('b'))])
        expect([a.outcome, b.outcome]).toEqual(['ok', 'ok'])
        const started = records.filter(
          (record) => callOf(record)?.status === 'started' && callOf(record)?.tool === 'play',
        )
        expect(started).toHaveLength(2)
        expect(logs).toHaveLength(8)
        const byMark = new Map<unknown, Set<string | undefined>>()
        for (const record of logs) {
          expect(callOf(record)).toMatchObject({ tool: 'play', attribution: 'exact' })
          const ids = byMark.get(record.attributes.mark) ?? new Set()
          byMark.set(record.attributes.mark, ids.add(callOf(record)?.id))
        }
        expect([...byMark.values()].map(({ size }) => size)).toEqual([1, 1])
        expect(byMark.get('a')).not.toEqual(byMark.get('b'))
        expect(a.records.map(({ message }) => message)).toEqual(['a0', 'a1', 'a2', 'a3'])
        expect(b.records.map(({ message }) => message)).toEqual(['b0', 'b1', 'b2', 'b3'])
      }),
  },
]
