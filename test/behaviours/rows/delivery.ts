/** Rows 1 to 8: what a handler gets. */
import { LEVELS } from '@logboom/sdk/record'
import { defaultLogHandler } from '@logboom/sdk/sink'
import { expect } from 'vitest'
import { never, onStream, type Row, unless } from '../row.ts'
import { withSession } from '../session.ts'

const cannot = unless(never, onStream)

const texts = (records: readonly { message: string }[]): string[] => records.map(({ message }) => message)
const levels = (records: readonly { level: string }[]): string[] => records.map(({ level }) => level)

/** A logger that keeps what it is told. */
const keeper = () => {
  const said: [string, string][] = []
  const keep = (method: string) => (text: string) => void said.push([method, text])
  return {
    said,
    logger: {
      debug: keep('debug'),
      info: keep('info'),
      warn: keep('warn'),
      error: keep('error'),
      fatal: keep('fatal'),
    },
  }
}

export const delivery: Row[] = [
  {
    number: 1,
    kind: 'K',
    title: 'one log arrives once, with `extra: {}`, never null',
    cannot,
    show: (cell) =>
      withSession(cell, {}, async ({ play, logs, onWire }) => {
        const steps = [{ level: 'info', message: 'hello?' }]
        expect(await play(steps)).toBe('ok')
        expect(logs).toHaveLength(1)
        expect(logs[0]).toMatchObject({ level: 'info', message: 'hello?', attributes: {}, server: 'play' })
        expect(await onWire(steps)).toMatchObject([{ level: 'info', data: { msg: 'hello?', extra: {} } }])
      }),
  },
  {
    number: 2,
    kind: 'K',
    title: 'structured fields arrive unchanged',
    cannot,
    show: (cell) =>
      withSession(cell, {}, async ({ play, logs, onWire }) => {
        const extra = { a: 1, 列: ['价格', null], nested: { deep: { yes: true } } }
        const steps = [{ level: 'info', message: 'm', extra }]
        expect((await onWire(steps)).map(({ data }) => data)).toEqual([{ msg: 'm', extra }])
        logs.length = 0
        expect(await play(steps)).toBe('ok')
        expect(logs.map(({ attributes }) => attributes)).toEqual([extra])
      }),
  },
  {
    number: 3,
    kind: 'K',
    title: 'order within a call; all before the call resolves',
    cannot,
    show: (cell) =>
      withSession(cell, {}, async ({ play, logs }) => {
        let atAnswer: string[] = []
        const answer = play([{ many: 50 }], { bare: true }).then((outcome) => {
          atAnswer = texts(logs)
          return outcome
        })
        expect(await answer).toBe('ok')
        expect(atAnswer).toEqual(Array.from({ length: 50 }, (_, n) => `m${n}`))
        expect(texts(logs)).toEqual(atAnswer)
      }),
  },
  {
    number: 4,
    kind: 'K',
    title: 'all eight levels',
    cannot,
    show: (cell) =>
      withSession(cell, {}, async ({ play, logs, onWire }) => {
        const steps = LEVELS.map((level) => ({ level, message: `at ${level}` }))
        expect(levels(await onWire(steps))).toEqual(LEVELS)
        logs.length = 0
        expect(await play(steps)).toBe('ok')
        expect(levels(logs)).toEqual(LEVELS)
        expect(texts(logs)).toEqual(LEVELS.map((level) => `at ${level}`))
      }),
  },
  {
    number: 5,
    kind: 'K',
    title: 'no level is `info`',
    cannot,
    show: (cell) =>
      withSession(cell, {}, async ({ play, logs }) => {
        expect(await play([{ unnamed: 'x' }, { below: 'y' }])).toBe('ok')
        expect(logs.map(({ level, message }) => [level, message])).toEqual([
          ['info', 'x'],
          ['info', 'y'],
        ])
      }),
  },
  {
    number: 6,
    kind: 'K',
    title: 'any JSON of a foreign server is taken',
    cannot,
    show: (cell) =>
      withSession(cell, {}, async ({ play, logs }) => {
        const foreign = [
          's',
          ['a', 1, null],
          404,
          { k: 1 },
          { msg: 'hi', extra: { a: 1 } },
          { msg: 'hi', extra: null },
          null,
        ]
        expect(await play(foreign.map((data) => ({ foreign: data })))).toBe('ok')
        expect(logs).toHaveLength(foreign.length)
        expect(logs.map(({ message, attributes }) => ({ message, attributes }))).toEqual([
          { message: 's', attributes: {} },
          { message: expect.any(String), attributes: { data: ['a', 1, null] } },
          { message: expect.any(String), attributes: { data: 404 } },
          { message: expect.any(String), attributes: { k: 1 } },
          { message: 'hi', attributes: { a: 1 } },
          { message: 'hi', attributes: {} },
          { message: expect.any(String), attributes: { data: null } },
        ])
        const { said, logger } = keeper()
        const handler = defaultLogHandler(logger)
        for (const record of logs) handler(record)
        expect(said.map(([method]) => method)).toEqual(foreign.map(() => 'info'))
      }),
  },
  {
    number: 7,
    kind: 'K',
    title: 'levels map onto the application’s own logger',
    cannot,
    show: (cell) =>
      withSession(cell, {}, async ({ play, logs }) => {
        expect(await play(LEVELS.map((level) => ({ level, message: 'm' })))).toBe('ok')
        expect(await play([{ foreign: 'odd', at: 'shout' }])).toBe('ok')
        const { said, logger } = keeper()
        const handler = defaultLogHandler(logger)
        for (const record of logs) handler(record)
        expect(said.map(([method]) => method)).toEqual([
          ...['debug', 'info', 'info', 'warn', 'error', 'fatal', 'fatal', 'fatal'],
          'info',
        ])
      }),
  },
  {
    number: 8,
    kind: 'K',
    title: 'the default text',
    cannot,
    show: (cell) =>
      withSession(cell, {}, async ({ play, logs }) => {
        const steps = [
          { level: 'warning', message: 'default' },
          { level: 'warning', message: 'default', logger: 'db' },
        ]
        expect(await play(steps)).toBe('ok')
        const { said, logger } = keeper()
        const handler = defaultLogHandler(logger)
        for (const record of logs) handler(record)
        expect(said.map(([, text]) => text)).toEqual([
          'Received WARNING from server: default',
          'Received WARNING from server (db): default',
        ])
      }),
  },
]
