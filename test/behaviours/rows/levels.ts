/** Rows 9 to 13 and 30: which levels are sent to whom. */
import { LEVELS } from '@logboom/sdk/record'
import { expect } from 'vitest'
import { never, onlyLegacy, onlyModern, onStream, type Row, unless } from '../row.ts'
import { type Cell, serve } from '../serve.ts'
import { open, withSession } from '../session.ts'

const levels = (records: readonly { level: string }[]): string[] => records.map(({ level }) => level)
const everyLevel = LEVELS.map((level) => ({ level, message: `at ${level}` }))

const withoutSession = ({ way }: Cell): string | undefined =>
  way === 'http stateless'
    ? 'a stateless connection has nothing to keep a level in (row 30 shows that none leaks)'
    : undefined

export const levelRows: Row[] = [
  {
    number: 9,
    kind: 'K',
    title: 'the server’s default threshold',
    cannot: unless(never, onStream),
    show: (cell) =>
      withSession(
        cell,
        { server: { level: 'error' }, client: { level: false } },
        async ({ play, logs, wire, local }) => {
          const asked = cell.line === 'v2 modern' ? 'error' : undefined
          const steps = ['info', 'warning', 'error'].map((level) => ({ level, message: level }))
          expect(await play(steps, asked === undefined ? {} : { logLevel: asked })).toBe('ok')
          expect(levels(logs)).toEqual(['error'])
          expect(levels(wire)).toEqual(['error'])
          expect(levels(local())).toEqual(['error'])
        },
      ),
  },
  {
    number: 10,
    kind: 'K',
    title: '`logging/setLevel` overrides the default both ways',
    cannot: unless(never, onlyLegacy, onStream, withoutSession),
    show: async (cell) => {
      await withSession(cell, {}, async ({ play, wire, setLevel }) => {
        await setLevel('warning')
        expect(await play(everyLevel)).toBe('ok')
        expect(levels(wire)).toEqual(LEVELS.slice(3))
      })
      await withSession(cell, { server: { level: 'error' } }, async ({ play, wire, setLevel }) => {
        await setLevel('debug')
        expect(await play(everyLevel)).toBe('ok')
        expect(levels(wire)).toEqual(LEVELS)
      })
    },
  },
  {
    number: 11,
    kind: 'K',
    title: 'a modern request without the opt-in gets none; with `warning`, warning and above',
    cannot: unless(never, onlyModern, onStream),
    show: (cell) =>
      withSession(cell, { client: { level: false } }, async ({ play, wire }) => {
        expect(await play(everyLevel)).toBe('ok')
        expect(wire).toEqual([])
        expect(await play(everyLevel, { logLevel: 'warning' })).toBe('ok')
        expect(levels(wire)).toEqual(LEVELS.slice(3))
      }),
  },
  {
    number: 12,
    kind: 'K',
    title: 'a bad level in a modern request is -32602, before the handler runs',
    cannot: unless(never, onlyModern),
    show: (cell) =>
      withSession(cell, { client: { level: false } }, async ({ play, served, local }) => {
        expect(await play([{ level: 'info', message: 'never' }], { logLevel: 'verbose' })).toMatch(
          /^rpc_error -32602 /,
        )
        expect(served.seen).toEqual([])
        expect(local().map(({ message }) => message)).not.toContain('never')
        expect(await play([])).toBe('ok')
      }),
  },
  {
    number: 13,
    kind: 'K',
    title: '`setLevel` on a modern connection is a clear error; the connection stays usable',
    cannot: unless(never, onlyModern),
    show: (cell) =>
      withSession(cell, {}, async ({ play, setLevel }) => {
        const refused = await setLevel('debug').then(
          () => undefined,
          (error: unknown) => error,
        )
        expect(refused).toBeInstanceOf(Error)
        expect(refused).toMatchObject({ code: 'METHOD_NOT_SUPPORTED_BY_PROTOCOL_VERSION' })
        expect(String(refused)).toContain('2026-07-28')
        expect(await play([])).toBe('ok')
      }),
  },
  {
    number: 30,
    kind: 'F',
    title: 'one client’s level is not another’s',
    cannot: unless(never, onlyLegacy, onStream),
    show: async (cell) => {
      const served = await serve(cell, cell.way === 'stdio' ? {} : { server: { stderr: false } })
      const [a, b] = [await open(cell, { at: served }), await open(cell, { at: served })]
      try {
        await a.setLevel('error')
        expect(await b.play([{ level: 'info', message: 'for b' }])).toBe('ok')
        expect(b.wire.map(({ data }) => data)).toEqual([{ msg: 'for b', extra: {} }])
        // What a stateless server was told is gone with the request that told it.
        expect(await a.play([{ level: 'info', message: 'for a' }])).toBe('ok')
        expect(a.wire).toHaveLength(cell.way === 'http stateless' ? 1 : 0)
      } finally {
        await a.close()
        await b.close()
        await served.close()
      }
    },
  },
]
