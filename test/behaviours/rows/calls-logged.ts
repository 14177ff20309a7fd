/** Rows 21 and 22: the server's lines about its calls. */
import type { LogRecord } from '@logboom/sdk/record'
import { expect } from 'vitest'
import { waitFor } from '../../kit/wait.ts'
import { never, type Row } from '../row.ts'
import { withSession } from '../session.ts'

const about = (records: readonly LogRecord[]): LogRecord[] =>
  records.filter(({ logger }) => logger === 'calls')
const event = ({ attributes }: LogRecord): unknown => attributes.event

export const callLogRows: Row[] = [
  {
    number: 21,
    kind: 'K',
    title: 'calls are told as start and success, or start and error with what was thrown',
    cannot: never,
    show: async (cell) => {
      await withSession(cell, { server: { calls: { methods: ['tools/call'] } } }, async ({ play, local }) => {
        expect(await play([])).toBe('ok')
        expect(await play([{ fail: 'no such dataset' }])).toContain('no such dataset')
        const lines = await waitFor('four lines', () =>
          about(local()).length >= 4 ? about(local()) : undefined,
        )
        expect(lines.map(event)).toEqual([
          'request_start',
          'request_success',
          'request_start',
          'request_error',
        ])
        expect(lines.map(({ level }) => level)).toEqual(['info', 'info', 'info', 'error'])
        expect(lines[1]?.attributes.durationMs).toEqual(expect.any(Number))
        expect(lines[3]?.attributes).toMatchObject({
          error: expect.stringContaining('no such dataset'),
          tool: 'play',
        })
        expect(lines[0]?.attributes.callId).toBe(lines[1]?.attributes.callId)
        expect(lines[0]?.attributes.callId).not.toBe(lines[2]?.attributes.callId)
      })
      await withSession(
        cell,
        { server: { calls: { structured: true, methods: ['tools/call'] } } },
        async ({ play, local }) => {
          expect(await play([])).toBe('ok')
          const lines = await waitFor('two lines', () =>
            about(local()).length >= 2 ? about(local()) : undefined,
          )
          for (const { message } of lines)
            expect(JSON.parse(message)).toMatchObject({ method: 'tools/call', tool: 'play' })
        },
      )
    },
  },
  {
    number: 22,
    kind: 'K',
    title:
      'payloads: included, cut, measured before the cut, counted in tokens; a serializer that throws is survived',
    cannot: never,
    show: async (cell) => {
      const calls = {
        methods: ['tools/call'],
        includePayloads: true,
        includePayloadLength: true,
        estimatePayloadTokens: true,
        maxPayloadLength: 10,
      }
      const start = (records: LogRecord[]) =>
        about(records).find((record) => event(record) === 'request_start')
      await withSession(cell, { server: { calls } }, async ({ play, local }) => {
        expect(await play([{ pause: 1 }, { pause: 1 }])).toBe('ok')
        const { payload, payloadLength, payloadTokens } = (await waitFor('a start', () => start(local())))
          .attributes
        expect(payload).toMatch(/^.{10}\.\.\.$/)
        expect(payloadLength).toBeGreaterThan(40)
        expect(payloadTokens).toBe(Math.floor(Number(payloadLength) / 4))
      })
      const broken = { calls: { ...calls, maxPayloadLength: 1000 }, brokenSerializer: true }
      await withSession(cell, { server: broken }, async ({ play, local }) => {
        expect([await play([]), await play([])]).toEqual(['ok', 'ok'])
        await waitFor('four lines', () => about(local()).length >= 4)
        const starts = about(local()).filter((record) => event(record) === 'request_start')
        expect(starts.map(({ attributes }) => attributes.payload)).toEqual([
          expect.stringContaining('"play"'),
          expect.stringContaining('"play"'),
        ])
        const warnings = local().filter((record) => JSON.stringify(record).includes('no serializer today'))
        expect(warnings.map(({ level, logger }) => [level, logger])).toEqual([['warning', 'logboom']])
      })
    },
  },
]
