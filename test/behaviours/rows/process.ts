/** Rows 18 to 20, 23 and 33: processes, their pipes, and the host's own logging. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectAll } from '@logboom/sdk/client'
import type { LogRecord } from '@logboom/sdk/record'
import { expect } from 'vitest'
import { waitFor } from '../../kit/wait.ts'
import { rawStdout, runHost } from '../raw-stdout.ts'
import { never, onlyStdio, type Row } from '../row.ts'
import { serve } from '../serve.ts'
import { open, withSession } from '../session.ts'

const withFolder = async (use: (folder: string) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'logboom-behaviours-'))
  try {
    await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
  }
}

const failing = { command: join(tmpdir(), 'no-such-logboom-command') }

export const processRows: Row[] = [
  {
    number: 18,
    kind: 'K',
    title: 'one bad server is one warning that names it; the rest work; all bad is an error',
    cannot: never,
    show: async (cell) => {
      const served = await serve(cell, cell.way === 'stdio' ? {} : { server: { stderr: false } })
      const records: LogRecord[] = []
      const settings = { onRecord: (record: LogRecord) => void records.push(record), onWarning: () => {} }
      try {
        const all = await connectAll(
          { good: served.url ?? (await served.transport()), bad: failing },
          settings,
        )
        try {
          const result = await all.client('good').callTool({ name: 'play', arguments: { steps: [] } })
          expect(result.isError ?? false).toBe(false)
        } finally {
          await all.close()
        }
        const warnings = records.filter(({ level, server }) => level === 'warning' && server === 'bad')
        expect(warnings).toHaveLength(1)
        await expect(connectAll({ bad: failing, worse: failing }, { onWarning: () => {} })).rejects.toThrow(
          /bad[\s\S]*worse/,
        )
      } finally {
        await served.close()
      }
    },
  },
  {
    number: 19,
    kind: 'K',
    title: 'a server’s stderr goes to its file, appended, and not to ours',
    cannot: (cell) => never(cell) ?? onlyStdio(cell),
    show: (cell) =>
      withFolder(async (folder) => {
        const said = ['Test error message', 'another run']
        for (const text of said)
          expect(await runHost(cell.line, folder, text)).toEqual({ code: 0, stdout: 'ok\n', stderr: '' })
        const lines = readFileSync(join(folder, 'play.log'), 'utf8').trimEnd().split('\n')
        const records = lines.map((line) => JSON.parse(line) as LogRecord)
        const stderr = records.filter(({ source }) => source === 'stderr').map(({ message }) => message)
        expect(stderr).toEqual(said)
      }),
  },
  {
    number: 20,
    kind: 'K',
    title: 'stdout stays pure JSON-RPC, whatever the server prints',
    cannot: (cell) => never(cell) ?? onlyStdio(cell),
    show: async (cell) => {
      const { lines, stderr } = await rawStdout(cell.line, [
        { level: 'info', message: 'logged' },
        { stray: 'printed by console.log' },
        { level: 'error', message: 'logged too' },
      ])
      expect(lines.length).toBeGreaterThan(1)
      for (const line of lines) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' })
      expect(stderr).toContain('logged too')
      expect(stderr).toContain('printed by console.log')
    },
  },
  {
    number: 23,
    kind: 'K',
    title: 'the host’s own logging is left alone: no patching, no handlers, no output',
    cannot: never,
    show: (cell) => {
      const host = () => ({
        console: Object.values(console),
        stdout: process.stdout.write,
        stderr: process.stderr.write,
        listeners: ['uncaughtException', 'unhandledRejection', 'warning', 'SIGINT', 'SIGTERM'].map((event) =>
          process.listenerCount(event),
        ),
      })
      const before = host()
      return withSession(cell, {}, async ({ play }) => {
        expect(await play([{ level: 'error', message: 'm' }])).toBe('ok')
        expect(host()).toEqual(before)
      })
    },
  },
  {
    number: 33,
    kind: 'F',
    title: 'stderr of several servers: each line a record of its server, the pipes always drained',
    cannot: (cell) => never(cell) ?? onlyStdio(cell),
    show: async (cell) => {
      const served = await serve(cell)
      const a = await open(cell, { at: served, client: { server: 'alpha' } })
      const b = await open(cell, { at: served, client: { server: 'beta' } })
      try {
        // More than a pipe holds: a server whose stderr nobody reads would stop here.
        const flood = `${'x'.repeat(200)}\n`.repeat(2000)
        expect(
          await Promise.all([
            a.play([{ stderr: flood }, { stderr: 'from a\n' }]),
            b.play([{ stderr: 'from b\n' }]),
          ]),
        ).toEqual(['ok', 'ok'])
        const line = (records: LogRecord[], text: string) =>
          records.find(({ source, message }) => source === 'stderr' && message === text)
        expect((await waitFor('a’s line', () => line(a.records, 'from a'))).server).toBe('alpha')
        expect((await waitFor('b’s line', () => line(b.records, 'from b'))).server).toBe('beta')
        expect(line(a.records, 'from b')).toBeUndefined()
      } finally {
        await a.close()
        await b.close()
        await served.close()
      }
    },
  },
]
