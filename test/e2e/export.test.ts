/** Records written for other programs, and asked by SQL, over a real home. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { LogRecord } from '@logboom/sdk/record'
import type { OtlpRequest } from '@logboom/sdk/sink'
import { describe, expect, test } from 'vitest'
import { writeRun } from '../kit/captured.ts'
import { places } from '../kit/home.ts'
import { logboom, MAIN, NODE, start } from '../kit/process.ts'
import { waitFor } from '../kit/wait.ts'

const COUNT = 3000

/** A home with many records of one server and a few of another. */
const home = (): { root: string; home: string; records: LogRecord[] } => {
  const { root, home: dir } = places()
  const at = Date.now() - 3_600_000
  const messages = Array.from({ length: COUNT }, (_, n) => `第 ${n} 条, "${'x'.repeat(200)}"`)
  const records = [
    ...writeRun(dir, { server: 'many', at, messages }),
    ...writeRun(dir, { server: 'few', at: at + 60_000, messages: ['=1+1', 'last'] }),
  ]
  return { root, home: dir, records }
}

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '')

describe('export', () => {
  test('gives every record as it was captured, into a pipe and into a compressed file', async () => {
    const { root, home: dir, records } = home()
    const { code, stdout, stderr } = await logboom(['export', '--home', dir])
    expect({ code, stderr: stderr.toString() }).toEqual({ code: 0, stderr: '' })
    const printed = lines(stdout.toString()).map((line) => JSON.parse(line) as LogRecord)
    expect(printed).toEqual(records)

    const file = join(root, 'out.ndjson.gz')
    const written = await logboom(['export', '--home', dir, '-o', file])
    expect(written).toMatchObject({ code: 0, stdout: Buffer.alloc(0) })
    expect(gunzipSync(readFileSync(file)).equals(stdout)).toBe(true)

    const again = await logboom(['export', '--home', dir, '-o', file])
    expect(again.code).toBe(1)
    expect(again.stderr.toString()).toMatch(/exists\. .*--force/)
    expect((await logboom(['export', 'server:few', '--home', dir, '-o', file, '--force'])).code).toBe(0)
    expect(lines(gunzipSync(readFileSync(file)).toString())).toHaveLength(3)
    expect(readdirSync(root).filter((name) => name.startsWith('out'))).toEqual(['out.ndjson.gz'])
  })

  test('writes CSV and OTLP with a record for each', async () => {
    const { home: dir, records } = home()
    const csv = await logboom([
      'export',
      'server:few',
      '--home',
      dir,
      '--format',
      'csv',
      '--columns',
      'seq,message,@n',
    ])
    expect(csv.stdout.toString()).toBe("seq,message,@n\r\n0,'=1+1,0\r\n1,last,1\r\n2,exited with code 0,\r\n")
    expect(csv.stderr.toString()).toMatch(/1 cell begins with =/)
    const otlp = await logboom(['export', '--home', dir, '--format', 'otlp'])
    const bodies = lines(otlp.stdout.toString())
      .map((line) => JSON.parse(line) as OtlpRequest)
      .flatMap(({ resourceLogs }) => resourceLogs.flatMap(({ scopeLogs }) => scopeLogs))
      .flatMap(({ logRecords }) => logRecords.map(({ body }) => body.stringValue))
    expect(bodies).toEqual(records.map(({ message }) => message))
  })

  test('ends quietly when its reader has gone', async () => {
    const { home: dir } = home()
    const exporting = start([NODE, MAIN, 'export', '--home', dir], { holdStdout: true })
    await waitFor('the store', () => existsSync(join(dir, 'store', 'manifest.json')))
    exporting.child.stdout?.destroy()
    const { code, stderr } = await exporting.ended()
    expect({ code, stderr: stderr.toString() }).toEqual({ code: 0, stderr: '' })
  })
})

describe('query', () => {
  test('--sql answers over everything, also what was only in journals, and changes nothing', async () => {
    const { home: dir } = home()
    const statement = 'SELECT server, count(*) AS records FROM records GROUP BY server ORDER BY server'
    const { code, stdout } = await logboom(['query', '--home', dir, '--sql', statement, '--json'])
    expect(code).toBe(0)
    expect(lines(stdout.toString()).map((line) => JSON.parse(line))).toEqual([
      { server: 'few', records: 3 },
      { server: 'many', records: COUNT + 1 },
    ])
    const table = await logboom(['query', '--home', dir, '--sql', statement])
    expect(lines(table.stdout.toString()).map((line) => line.trim().split(/ +/))).toEqual([
      ['server', 'records'],
      ['few', '3'],
      ['many', String(COUNT + 1)],
    ])
    const cut = await logboom(['query', '--home', dir, '--sql', 'SELECT seq FROM records', '-n', '5'])
    expect(lines(cut.stdout.toString())).toHaveLength(6)
    expect(cut.stderr.toString()).toMatch(/Only the first 5 rows/)
  })

  test('--sql refuses what would write, what is no SQL, and what takes too long', async () => {
    const { home: dir } = home()
    const endless = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n'
    const refused = async (statement: string, ...argv: string[]) => {
      const { code, stderr } = await logboom(['query', '--home', dir, '--json', '--sql', statement, ...argv])
      return { exit: code, code: JSON.parse(stderr.toString()).error.code }
    }
    expect(await refused('DELETE FROM records')).toEqual({ exit: 2, code: 'LB_SQL' })
    expect(await refused('SELEC 1')).toEqual({ exit: 2, code: 'LB_SQL' })
    expect(await refused('SELECT nothing FROM records')).toEqual({ exit: 2, code: 'LB_SQL' })
    expect(await refused(endless, '--timeout', '500ms')).toEqual({ exit: 1, code: 'LB_QUERY_LIMIT' })
  })

  test('--explain says what serves a query, and finds as many as the query', async () => {
    const { home: dir } = home()
    const { stdout } = await logboom(['query', 'server:few last', '--home', dir, '--explain', '--json'])
    const told = JSON.parse(stdout.toString())
    expect(told).toMatchObject({ matched: 1, files: [expect.objectContaining({ kind: 'hot' })] })
    expect(told.conditions).toHaveLength(2)
    const text = await logboom(['query', 'server:few last', '--home', dir, '--explain'])
    for (const condition of told.conditions) expect(text.stdout.toString()).toContain(condition)
    expect(text.stdout.toString()).toMatch(/1 record of \d+ looked at/)
  })
})
