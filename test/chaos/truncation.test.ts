/** A small journal, cut at every length, read by the command line: all complete lines, nothing else, lost calls told. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { LogRecord } from '@logboom/sdk/record'
import { expect, test } from 'vitest'
import { places, scriptFile } from '../kit/home.ts'
import { logboom, run, tapCommand } from '../kit/process.ts'
import { filesUnder, from, namedCall } from '../kit/records.ts'
import { raw } from '../kit/servers.ts'
import { callLine, logLine, resultLine } from '../kit/story.ts'

/** In one home: all of them are runs of the same moment, which is more than a real home has. */
const COPIES = 400
const UUID = /\b[0-9a-f]{4}([0-9a-f]{4}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})\b/g

test('every truncation of a journal gives its complete lines and tells its lost calls', async () => {
  const { root, home } = places()
  const script = scriptFile(root, [
    { emit: 'stdout', text: logLine('info', '切り株') },
    { await: '"one"' },
    { emit: 'stdout', text: logLine('warning', { msg: 'in a call', extra: { n: 1 } }) + resultLine(1) },
    { await: '"two"' },
    { emit: 'stderr', text: 'not answered\n' },
    { exit: 1 },
  ])
  await run(tapCommand(home, 'cut', raw(script)), { input: callLine(1, 'one') + callLine(2, 'two') })
  const [file, ...others] = filesUnder(join(home, 'journal'))
  expect(others).toEqual([])
  const whole = readFileSync(file ?? '')
  expect(whole.length).toBeLessThan(20_000)

  // Homes with a copy for each length. Every id is made the copy's own by its first four digits.
  const homes: string[] = []
  const homeOf = (length: number): string => {
    const cuts = join(root, `cuts-${Math.floor(length / COPIES)}`)
    if (length % COPIES === 0) {
      mkdirSync(join(cuts, 'journal'), { recursive: true, mode: 0o700 })
      homes.push(cuts)
    }
    return cuts
  }
  const name = (file ?? '').split('/').at(-1) ?? ''
  const own = (text: string, length: number): string =>
    text.replace(UUID, `${(0x8000 + length).toString(16)}$1`)
  const expected = new Map<string, LogRecord>()
  const expectedLost: string[] = []
  for (let length = 0; length <= whole.length; length++) {
    const copy = Buffer.from(own(whole.toString('utf8'), length)).subarray(0, length)
    expect(own(name, length)).not.toBe(name)
    writeFileSync(join(homeOf(length), 'journal', own(name, length)), copy, { mode: 0o600 })
    const end = copy.lastIndexOf(10)
    const [, ...lines] = copy
      .subarray(0, end + 1)
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '')
    const records = lines.map((line) => JSON.parse(line) as LogRecord)
    for (const record of records) expected.set(record.id, record)
    const calls = from(records, 'call').map(namedCall)
    for (const call of calls)
      if (call?.status === 'started' && calls.filter((other) => other?.id === call.id).length === 1)
        expectedLost.push(call.id)
  }

  const read: LogRecord[] = []
  for (const cuts of homes) {
    const query = ['query', '--home', cuts, '--json', 'time:>2000-01-01']
    const { code, stdout } = await logboom(query, { timeoutMs: 120_000 })
    expect(code).toBe(0)
    for (const line of stdout.toString('utf8').split('\n'))
      if (line !== '') read.push(JSON.parse(line) as LogRecord)
  }
  expect(new Set(read.map((record) => record.id)).size).toBe(read.length)
  const complete = read.filter((record) => expected.has(record.id))
  expect(complete).toHaveLength(expected.size)
  let altered = 0
  for (const record of complete) if (!isDeepStrictEqual(record, expected.get(record.id))) altered++
  expect(altered).toBe(0)

  const derived = read.filter((record) => !expected.has(record.id))
  const lost = derived
    .filter((record) => namedCall(record)?.status === 'lost')
    .map((record) => namedCall(record)?.id)
  expect(lost.sort()).toEqual(expectedLost.sort())
  const exits = derived.filter((record) => record.source === 'lifecycle')
  expect(lost.length + exits.length).toBe(derived.length)
  expect(exits.every((record) => record.attributes.event === 'exit')).toBe(true)
  console.log(
    `${whole.length + 1} lengths: ${complete.length} complete lines read, ${lost.length} lost calls and ${exits.length} ends told`,
  )
})
