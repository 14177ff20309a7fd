/** What an application's file sink wrote, found by the command line without a home. */
import { readdirSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import type { LogRecord } from '@logboom/sdk/record'
import { fileSink } from '@logboom/sdk/sink'
import { describe, expect, test } from 'vitest'
import { places } from '../kit/home.ts'
import { logboom } from '../kit/process.ts'

const AT = Date.parse('2026-11-22T10:00:00Z')

const made = (seq: number, fields: Partial<LogRecord> = {}): LogRecord => ({
  id: `id-${seq}`,
  time: AT + seq,
  observed: AT + seq,
  seq,
  level: seq % 100 === 7 ? 'error' : 'info',
  server: 'analytics',
  run: 'run-1',
  source: 'app',
  message: `记录 ${seq}`,
  attributes: { n: seq },
  ...fields,
})

/** Two servers' logs, in compressed files and the ones that are written. */
const write = async (): Promise<{ root: string; records: LogRecord[] }> => {
  const { root } = places()
  const records = Array.from({ length: 600 }, (_, seq) =>
    made(seq, seq % 2 === 0 ? {} : { server: 'model', run: 'run-2' }),
  )
  const sink = fileSink(join(root, 'logs/{server}.ndjson'), { maxBytes: 10_000, compress: 'gzip', keep: {} })
  for (let from = 0; from < records.length; from += 40) await sink(records.slice(from, from + 40))
  await sink.close?.(10_000)
  expect(
    readdirSync(join(root, 'logs')).filter((name) => name.endsWith('.ndjson.gz')).length,
  ).toBeGreaterThan(6)
  return { root, records }
}

const lines = (output: Buffer): unknown[] =>
  output
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown)

describe('log files', () => {
  test('are queried, counted, tailed and exported by a quoted pattern, oldest first', async () => {
    const { root, records } = await write()
    const all = ['--file', join(root, 'logs/*.ndjson*')]

    const query = await logboom(['query', 'level:error', ...all, '--json'])
    expect({ code: query.code, stderr: query.stderr.toString() }).toEqual({ code: 0, stderr: '' })
    expect(lines(query.stdout)).toEqual(records.filter(({ level }) => level === 'error'))

    const tail = await logboom(['tail', '-n', '3', '--server', 'model', ...all, '--json'])
    expect(lines(tail.stdout)).toEqual(records.filter(({ server }) => server === 'model').slice(-3))

    const [stats] = lines((await logboom(['stats', ...all, '--json'])).stdout)
    expect(stats).toMatchObject({
      servers: [
        { server: 'analytics', records: 300, alive: 0 },
        { server: 'model', records: 300 },
      ],
      problems: [],
    })

    const exported = join(root, 'all.ndjson.gz')
    expect((await logboom(['export', ...all, '-o', exported])).code).toBe(0)
    const again = await logboom(['query', '*', '--file', exported, '--json'])
    expect(lines(again.stdout)).toEqual(records)
    // No home was made for this.
    expect(readdirSync(root).sort()).toEqual(['all.ndjson.gz', 'logs'])
  })

  test('that end early answer with what they have, and say so; those that are no log files do not answer', async () => {
    const { root, records } = await write()
    const cut = join(root, 'logs/analytics~1.ndjson.gz')
    truncateSync(cut, statSync(cut).size - 100)
    const query = await logboom([
      'query',
      '*',
      '--file',
      join(root, 'logs/*.gz'),
      '--file',
      join(root, 'logs/*.ndjson'),
    ])
    expect(query.code).toBe(0)
    expect(query.stderr.toString()).toMatch(/^Not all of .*analytics~1\.ndjson\.gz was read: .* ends early/)
    const printed = query.stdout.toString().match(/记录 \d+/g) ?? []
    expect(printed.length).toBeGreaterThan(records.length - 100)
    expect(printed.length).toBeLessThan(records.length)

    const failing = async (...args: string[]) => {
      const { code, stdout, stderr } = await logboom(args)
      expect(stdout.toString()).toBe('')
      return `${code} ${stderr.toString()}`
    }
    expect(await failing('query', '*', '--file', join(root, 'logs/*.xml'))).toMatch(
      /^1 logboom: no file matches/,
    )
    expect(await failing('query', '*', '--file', join(root, 'logs'))).toMatch(/^1 .*is a directory/)
    expect(await failing('tail', '-f', '--file', cut)).toMatch(/^2 .*not followed/)
    expect(await failing('query', '--sql', 'SELECT 1', '--file', cut)).toMatch(
      /^2 .*--sql does not go with --file/,
    )
    expect(await failing('calls', '--home', root, '--file', cut)).toMatch(
      /^2 .*--file does not go with --home/,
    )
  })

  test('without what was asked for say where that was looked for', async () => {
    const { root } = await write()
    const pattern = join(root, 'logs/*.gz')
    const { code, stderr } = await logboom(['query', 'nothingSuch', '--file', pattern])
    expect(code).toBe(0)
    expect(stderr.toString()).toContain(`Nothing in ${pattern} matches. 'logboom stats --file' shows`)
  })
})
