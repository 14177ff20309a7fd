/**
 * Bytes pass the tap unchanged, both ways and stderr too: compared with a run without the tap, and between the recorders on
 * both of its sides. real-servers.test.ts compares the same for the official servers and clients.
 */
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { places, scriptFile } from '../kit/home.ts'
import { type Command, peakMemory, run, start, tapCommand } from '../kit/process.ts'
import { from, numberingFaults, onlyRun } from '../kit/records.ts'
import { raw } from '../kit/servers.ts'
import { capturedOne, expectTransparent, tappedBetween } from '../kit/session.ts'
import { quiet, waitFor } from '../kit/wait.ts'

const MIB = 1_048_576
const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const log = (data: unknown): string =>
  JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data } })
const base64 = (...bytes: number[]): string => Buffer.from(bytes).toString('base64')

/** A stream with everything in it that may be cut in the wrong place. */
const MIXED = `${log('first')}\n${log('深い 🪵 ログ')}\r\n\n  \n${log({ msg: 'x', extra: { y: '\u0000\ud83d' } })}\nplain\n`

interface Case {
  name: string
  steps: object[]
  input?: string | Uint8Array
  /** Records of the sources message, stdout and stderr that must be there. */
  expected?: Partial<Record<'message' | 'stdout' | 'stderr', number>>
}

const cases: Case[] = [
  {
    name: 'an 8 MiB message on stdout',
    steps: [
      { emit: 'stdout', fill: [`${log('').slice(0, -3)}"`, 'a', 8 * MIB, '"}}\n'] },
      { emit: 'stdout', text: `${log('after')}\n` },
    ],
    expected: { message: 2 },
  },
  {
    name: 'an 8 MiB message on stdin',
    steps: [{ end: true }, { emit: 'stdout', text: `${log('read it all')}\n` }],
    input: `{"jsonrpc":"2.0","method":"notifications/x","params":{"text":"${'a'.repeat(8 * MIB)}"}}\n`,
    expected: { message: 1 },
  },
  ...[1, 2, 3, 7, 64, 4096].map((chunk) => ({
    name: `writes of ${chunk} bytes`,
    steps: [
      { emit: 'stdout', text: MIXED, chunk, gapMs: chunk === 1 ? 0.2 : 1 },
      { emit: 'stderr', text: 'über stderr 🪵\nsecond line\n', chunk, gapMs: 1 },
    ],
    expected: { message: 3, stdout: 1 },
  })),
  { name: 'CRLF', steps: [{ emit: 'stdout', text: `${log(1)}\r\n${log(2)}\r\n` }], expected: { message: 2 } },
  {
    name: 'invalid UTF-8',
    steps: [
      { emit: 'stdout', base64: base64(0xff, 0xfe, 0x80, 10) },
      { emit: 'stderr', base64: base64(0xc3, 0x28, 0xe2, 0x82, 10) },
      { emit: 'stdout', base64: Buffer.from(`${log('a')}\n`).toString('base64') },
    ],
    input: Buffer.from([0xc3, 0x28, 10]),
    expected: { message: 1, stdout: 1, stderr: 1 },
  },
  {
    name: 'NUL bytes',
    steps: [
      { emit: 'stdout', base64: base64(0, 0, 10) },
      { emit: 'stderr', base64: base64(65, 0, 66, 10) },
      { emit: 'stdout', text: `${log('a')}\n` },
    ],
    input: Buffer.from([0, 10, 0]),
    expected: { message: 1, stderr: 1 },
  },
  {
    name: 'a missing final newline',
    steps: [
      { emit: 'stdout', text: `${log('a')}\n${log('b')}` },
      { emit: 'stderr', text: 'no end' },
    ],
    input: '{"jsonrpc":"2.0","method":"notifications/x"}',
    expected: { message: 2, stderr: 1 },
  },
  {
    name: 'a JSON-RPC batch',
    steps: [{ await: '\n' }, { emit: 'stdout', text: `[${log('a')},${log('b')}]\n` }],
    input: '[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","id":2,"method":"ping"}]\n',
    expected: { message: 2 },
  },
  {
    name: 'plain text and pino JSON on stdout',
    steps: [
      { emit: 'stdout', text: 'Server listening on port 3000\n' },
      {
        emit: 'stdout',
        text: '{"level":40,"time":1795300000000,"pid":7,"hostname":"h","msg":"slow disk"}\n',
      },
      { emit: 'stdout', text: '{}\n[]\nnull\n17\n"text"\n{"jsonrpc":"2.0"}\n{"a":\n' },
      { emit: 'stdout', text: `${log('a')}\n` },
    ],
    expected: { message: 1 },
  },
  {
    name: 'hostile JSON',
    steps: [
      { emit: 'stdout', text: `${log('a').replace('"a"', '{"__proto__":{"x":1},"constructor":1}')}\n` },
      { emit: 'stdout', text: `${log('a').replace('"a"', `${'['.repeat(50_000)}${']'.repeat(50_000)}`)}\n` },
      { emit: 'stdout', text: `${log('a').replace('"a"', '1e999999')}\n` },
      { emit: 'stdout', text: `${log('last')}\n` },
    ],
  },
]

const direct = async (command: Command, input: Case['input']) =>
  run(command, input === undefined ? {} : { input })

describe('hostile traffic passes unchanged', () => {
  test.each(cases)('$name', async ({ steps, input, expected }) => {
    const at = places()
    const server = raw(scriptFile(at.root, [...steps, { end: true }]))
    const bare = await direct(server, input)
    const through = await direct(tappedBetween(at, 'hostile', server), input)
    expect(hash(through.stdout)).toBe(hash(bare.stdout))
    expect(hash(through.stderr)).toBe(hash(bare.stderr))
    expect(through).toMatchObject({ code: 0, signal: null })
    const one = await capturedOne(at)
    expectTransparent(one)
    expect(hash(one.inside.stdin)).toBe(hash(Buffer.from(input ?? '')))
    expect(numberingFaults(one.records)).toEqual([])
    for (const [source, count] of Object.entries(expected ?? {}))
      expect({ [source]: from(one.records, source as 'message').length }).toEqual({ [source]: count })
  })
})

describe('much at once', () => {
  test('a line of 100 MB passes in bounded memory', async () => {
    const at = places()
    const LIMIT = 160 * MIB
    const server = raw(
      scriptFile(at.root, [
        { await: '\n' },
        { emit: 'stdout', fill: ['', 'x', 100_000_000, '\n'] },
        { emit: 'stderr', fill: ['', 'y', 100_000_000, '\n'] },
        { await: 'more' },
        { emit: 'stdout', text: `${log('still here')}\n` },
        { await: 'done' },
      ]),
    )
    const bare = await run(server, { input: 'go\nmore\ndone\n' })
    const tap = start(tapCommand(at.home, 'big', server))
    tap.write('go\n')
    await waitFor(
      'both lines',
      () => tap.received.stdout > 100_000_000 && tap.received.stderr > 100_000_000,
      40_000,
    )
    const peak = peakMemory(tap.pid)
    const cut = (source: 'stdout' | 'stderr'): number | undefined =>
      from(onlyRun(at.home), source).find(({ truncated }) => truncated !== undefined)?.truncated
    // A tap that gets no turn for a while leaves out what came too quickly, and says so.
    const gap = (): boolean => onlyRun(at.home).some(({ attributes }) => attributes.event === 'drop')
    await waitFor(
      'both lines to be captured, or told',
      () => (cut('stdout') && cut('stderr')) || gap(),
      40_000,
    )
    tap.write('more\n')
    await waitFor('the log after them', () => tap.stdout().includes('still here'))
    tap.write('done\n')
    tap.end()
    const through = await tap.ended()
    expect(hash(through.stdout)).toBe(hash(bare.stdout))
    expect(hash(through.stderr)).toBe(hash(bare.stderr))
    console.log(`tap: ${Math.round(peak / MIB)} MiB at most while two lines of 100 MB passed`)
    expect(peak).toBeLessThan(LIMIT)
    const records = onlyRun(at.home)
    expect(from(records, 'message').map((record) => record.message)).toEqual(['still here'])
    if (gap()) return
    expect(cut('stdout')).toBeGreaterThanOrEqual(100_000_000)
    expect(cut('stderr')).toBeGreaterThanOrEqual(100_000_000)
  })

  test.each([
    ['a quick reader', false],
    ['a slow reader', true],
  ])('4 MiB written right before exit arrive whole (%s)', async (_name, slow) => {
    const at = places()
    const block = `${log('x'.repeat(1000))}\n`
    const times = Math.ceil((4 * MIB) / block.length)
    const server = raw(
      scriptFile(at.root, [
        { emit: 'stdout', text: block.repeat(times) },
        { emit: 'stderr', text: 'bye\n' },
        { exit: 3 },
      ]),
    )
    const tap = start(tappedBetween(at, 'last-words', server), { holdStdout: slow })
    if (slow) {
      // Nobody reads for a while, then little by little: pause and resume around every chunk.
      await quiet(300)
      tap.child.stdout?.on('data', () => {
        tap.child.stdout?.pause()
        setTimeout(() => tap.child.stdout?.resume(), 2)
      })
      tap.child.stdout?.resume()
    }
    const ended = await tap.ended()
    expect(ended.code).toBe(3)
    expect(ended.stdout.length).toBe(block.length * times)
    expect(hash(ended.stdout)).toBe(hash(Buffer.from(block.repeat(times))))
    const one = await capturedOne(at)
    expectTransparent(one)
    expect(from(one.records, 'message').length).toBe(times)
  })

  test('many messages both ways at once are neither lost nor mixed', async () => {
    const at = places()
    const server = raw(
      scriptFile(at.root, [
        { beside: [{ emit: 'stdout', text: `${log('out #')}\n`, times: 5000 }] },
        { beside: [{ emit: 'stderr', text: 'err #\n', times: 5000 }] },
        { end: true },
      ]),
    )
    const tap = start(tappedBetween(at, 'both', server))
    for (let n = 0; n < 5000; n++)
      tap.write(`{"jsonrpc":"2.0","method":"notifications/x","params":{"n":${n}}}\n`)
    await waitFor(
      'all of it',
      () => tap.stdout().includes('out 4999') && tap.stderr().includes('err 4999'),
      30_000,
    )
    tap.end()
    await tap.ended()
    const one = await capturedOne(at)
    expectTransparent(one)
    expect(from(one.records, 'message').map((record) => record.message)).toEqual(
      Array.from({ length: 5000 }, (_, n) => `out ${n}`),
    )
    expect(from(one.records, 'stderr').flatMap((record) => record.message.split('\n'))).toEqual(
      Array.from({ length: 5000 }, (_, n) => `err ${n}`),
    )
  })
})
