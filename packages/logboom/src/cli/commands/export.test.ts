import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LogRecord } from '@logboom/sdk/record'
import type { OtlpRequest } from '@logboom/sdk/sink'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runProgram } from '../program.ts'
import { type FakeContext, fakeContext, memoryStore, NOON, record } from '../testing.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'logboom-export-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const RECORDS = [
  record({ time: NOON - 1000, message: 'one', attributes: { n: 1 } }),
  record({ message: '=two', level: 'error', server: 'model' }),
]

const exported = async (
  argv: string[],
  fields: Partial<FakeContext> = {},
  records = RECORDS,
): Promise<FakeContext> => {
  const context = fakeContext(memoryStore({ records }), fields)
  await runProgram(['export', ...argv], context)
  return context
}

const messagesOf = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as LogRecord).message)

describe('export', () => {
  it('writes records as NDJSON unless told otherwise, those that match', async () => {
    const context = await exported([])
    expect(context.printed()).toBe(RECORDS.map((one) => `${JSON.stringify(one)}\n`).join(''))
    expect(messagesOf((await exported(['level:error'])).printed())).toEqual(['=two'])
    expect(messagesOf((await exported(['--server', 'analytics'])).printed())).toEqual(['one'])
    expect(messagesOf((await exported(['-n', '1'])).printed())).toEqual(['=two'])
  })

  it('writes CSV with the columns that are asked for, and tells what it guarded', async () => {
    const csv = ['--format', 'csv', '--columns', 'level, message,@n']
    const context = await exported(csv)
    expect(context.printed()).toBe("level,message,@n\r\ninfo,one,1\r\nerror,'=two,\r\n")
    expect(context.notes).toEqual([expect.stringMatching(/^1 cell begins with = .*--no-guard/)])
    const plain = await exported([...csv, '--no-guard'])
    expect(plain.printed()).toContain('\r\nerror,=two,\r\n')
    expect(plain.notes).toEqual([])
  })

  it('writes OTLP as requests of bounded size, one a line, order kept', async () => {
    const many = Array.from({ length: 1300 }, (_, index) => record({ message: `m${index}` }))
    const lines = (await exported(['--format', 'otlp'], {}, many)).printed().trimEnd().split('\n')
    const requests = lines.map((line) => JSON.parse(line) as OtlpRequest)
    const recordsOf = (request: OtlpRequest) =>
      request.resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords))
    expect(requests.map((request) => recordsOf(request).length)).toEqual([512, 512, 276])
    expect(requests.flatMap(recordsOf).map(({ body }) => body.stringValue)).toEqual(
      many.map(({ message }) => message),
    )
    expect(requests[0]?.resourceLogs[0]?.resource.attributes).toContainEqual({
      key: 'service.name',
      value: { stringValue: 'analytics' },
    })
    const large = Array.from({ length: 4 }, () => record({ message: 'x'.repeat(600_000) }))
    expect((await exported(['--format', 'otlp'], {}, large)).printed().trimEnd().split('\n')).toHaveLength(2)
  })

  it('to a file says what it wrote, on stderr', async () => {
    const file = join(dir, 'out.ndjson')
    const context = await exported(['-o', file])
    expect(context.printed()).toBe('')
    expect(messagesOf(readFileSync(file, 'utf8'))).toEqual(['one', '=two'])
    expect(context.notes).toEqual([`2 records in ${file}.`])
    await expect(exported(['-o', file])).rejects.toMatchObject({ code: 'LB_OUTPUT_FILE' })
    await exported(['-o', file, '--force', 'level:error'])
    expect(messagesOf(readFileSync(file, 'utf8'))).toEqual(['=two'])
  })

  it('that is interrupted, or fails, leaves no file', async () => {
    const file = join(dir, 'out.csv')
    const stop = new AbortController()
    stop.abort('interrupt')
    await exported(['-o', file], { signal: stop.signal })
    expect(readdirSync(dir)).toEqual([])
    const store = {
      ...memoryStore({}),
      async *records() {
        yield record()
        throw new Error('broken')
      },
    }
    await expect(runProgram(['export', '-o', file], fakeContext(store))).rejects.toThrow('broken')
    expect(readdirSync(dir)).toEqual([])
  })

  it('to a terminal shows what would act on it', async () => {
    let printed = ''
    const out = {
      isTTY: true,
      columns: () => 80,
      write: async (text: string) => {
        printed += text
      },
    }
    await exported(['--format', 'csv', '--columns', 'message'], { out }, [
      record({ message: 'a\u001b[2J\nb' }),
    ])
    expect(printed).toBe('message\n"a␛[2J␊b"\n')
  })

  it.each([
    [['--format', 'xml'], /--format does not know 'xml'/],
    [['--columns', 'message'], /--columns is for CSV/],
    [['--no-guard', '--format', 'otlp'], /--no-guard is for CSV/],
    [['--format', 'csv', '--columns', 'sever'], /does not know 'sever'/],
    [['--format', 'csv', '--columns', ','], /at least one/],
    [['--force'], /--force goes with --output/],
  ])('%j is refused, before any file is made', async (argv, message) => {
    const file = join(dir, 'out')
    const withFile = argv[0] === '--force' ? argv : [...argv, '-o', file]
    await expect(exported(withFile)).rejects.toMatchObject({
      code: 'LB_USAGE',
      message: expect.stringMatching(message),
      hint: expect.any(String),
    })
    expect(existsSync(file)).toBe(false)
    expect(readdirSync(dir)).toEqual([])
  })
})
