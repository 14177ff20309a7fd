/** A full disk and a flood: what was written stays, what could not be kept is counted, the server does not notice. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { LogRecord } from '@logboom/sdk/record'
import { expect, test } from 'vitest'
import { places, scriptFile, tempDir } from '../kit/home.ts'
import { peakMemory, start, tapCommand } from '../kit/process.ts'
import { from, onlyRun } from '../kit/records.ts'
import { raw } from '../kit/servers.ts'
import { fillDisk, smallDisk } from '../kit/small-disk.ts'
import { logLine } from '../kit/story.ts'
import { waitFor } from '../kit/wait.ts'

const MIB = 1_048_576

/** Records told as dropped. */
const told = (records: readonly LogRecord[]): number =>
  from(records, 'lifecycle')
    .filter((record) => record.attributes.event === 'drop')
    .reduce((sum, record) => sum + Number(record.attributes.records), 0)

/** Numbers of the run that no record has. */
const missing = (records: readonly LogRecord[]): number => (records.at(-1)?.seq ?? -1) + 1 - records.length

const expectAscending = (records: readonly LogRecord[]): void => {
  const faults = records.filter((record, index) => index > 0 && record.seq <= (records[index - 1]?.seq ?? -1))
  expect(faults).toEqual([])
}

/** True once a process has used no processor time for so many looks. */
const restsFor = (pid: number, looks: number): (() => boolean) => {
  let used = ''
  let same = 0
  return () => {
    const now = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ').slice(13, 15).join()
    same = now === used ? same + 1 : 0
    used = now
    return same >= looks
  }
}

const lineNumbers = (records: readonly LogRecord[]): number[] =>
  from(records, 'message').map((record) => Number(record.message.match(/line (\d+)/)?.[1]))

test('a disk that fills up and is freed again loses no earlier record, and the gap is told', async () => {
  // Larger than what waits in memory meanwhile, so that freeing it is enough.
  const disk = smallDisk(32)
  if (disk === undefined) return
  const home = join(disk, 'home')
  mkdirSync(home)
  const root = tempDir()
  const log = (text: string) => logLine('info', `${text} ${'x'.repeat(500)}`)
  const phase = (name: string, times: number) => [
    { await: name },
    { emit: 'stdout', text: log(`${name} line #`), times },
    { emit: 'stdout', text: `{"done":"${name}"}\n` },
  ]
  const script = scriptFile(root, [
    ...phase('dry', 500),
    ...phase('full', 20_000),
    ...phase('freed', 500),
    { end: true },
  ])
  const tap = start(tapCommand(home, 'pressed', raw(script)))
  const through = async (name: string): Promise<void> => {
    tap.write(`${name}\n`)
    await waitFor(`the server's ${name}`, () => tap.stdout().includes(`"done":"${name}"`), 60_000)
  }
  const kept = (name: string) =>
    from(onlyRun(home), 'message').filter((record) => record.message.startsWith(name))

  await through('dry')
  await waitFor('the first records', () => kept('dry').length === 500)
  const before = onlyRun(home)
  const ballast = fillDisk(disk)
  await through('full')
  // Forwarded is not yet looked at: what does not fit has to be dropped before there is room again.
  await waitFor('the tap to rest', restsFor(tap.pid, 20), 60_000)
  expect(onlyRun(home).slice(0, before.length)).toEqual(before)
  rmSync(ballast)
  await through('freed')
  await waitFor('writing again', () => kept('freed').length > 0)
  tap.end()
  const ended = await tap.ended()
  expect(ended.code).toBe(0)
  expect(ended.stdout.toString().match(/line \d+/g)).toHaveLength(21_000)

  const records = onlyRun(home)
  expect(records.slice(0, before.length)).toEqual(before)
  expectAscending(records)
  console.log(`disk full: ${missing(records)} records missing, ${told(records)} told as dropped`)
  expect(missing(records)).toBeGreaterThan(0)
  expect(told(records)).toBe(missing(records))
})

test('a flood is bounded in memory, and captured = written + dropped', async () => {
  const LIMIT = 256 * MIB
  const LINES = 150_000
  const { root, home } = places()
  const script = scriptFile(root, [
    { await: 'go' },
    {
      beside: [
        { emit: 'stderr', text: `noise # ${'y'.repeat(300)}\n`.repeat(50), times: LINES / 50 },
        { emit: 'stderr', text: 'NOISE OVER\n' },
      ],
    },
    {
      emit: 'stdout',
      text: `${logLine('debug', `line # ${'x'.repeat(300)}`).repeat(49)}${logLine('error', 'line # matters')}`,
      times: LINES / 50,
    },
    { emit: 'stdout', text: '{"over":true}\n' },
    { end: true },
  ])
  const tap = start(tapCommand(home, 'flood', raw(script)))
  tap.write('go\n')
  const began = Date.now()
  await waitFor(
    'the end of the flood',
    () => tap.stdout().includes('"over"') && tap.stderr().includes('NOISE OVER'),
    120_000,
  )
  const seconds = (Date.now() - began) / 1000
  const peak = peakMemory(tap.pid)
  tap.end()
  expect(await tap.ended()).toMatchObject({ code: 0 })
  const records = onlyRun(home)
  expectAscending(records)
  const logs = from(records, 'message', 'stderr')
  const errors = logs.filter((record) => record.level === 'error').length / (LINES / 50)
  const others = logs.filter((record) => record.level !== 'error').length / (2 * LINES - LINES / 50)
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
  const bytes = from(records, 'lifecycle').reduce(
    (sum, record) => sum + Number(record.attributes.bytes ?? 0),
    0,
  )
  console.log(
    `flood of ${2 * LINES} lines in ${seconds.toFixed(1)} s: ${records.length} records, ${missing(records)} missing, ${told(records)} told as dropped, and ${bytes} bytes never looked at; ${percent(errors)} of the errors and ${percent(others)} of the rest kept; tap at most ${Math.round(peak / MIB)} MiB`,
  )
  expect(peak).toBeLessThan(LIMIT)
  expect(told(records)).toBe(missing(records))
  const numbers = lineNumbers(records)
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
  // The lowest level goes first. Lines are only missing where the drops say so, in records or in bytes.
  expect(errors).toBeGreaterThanOrEqual(others)
  expect(bytes > 0 || logs.length + told(records) === 2 * LINES + 1).toBe(true)
})
