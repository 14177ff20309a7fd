/**
 * `kill -9` of tap or server at random moments, 100 times: every complete line is read, nothing is doubled, lost calls are
 * told, and the next run is fine.
 */
import { readFileSync } from 'node:fs'
import type { LogRecord } from '@logboom/sdk/record'
import { expect, test } from 'vitest'
import { places, scriptFile } from '../kit/home.ts'
import { isRunning, logboom, run, start, tapCommand } from '../kit/process.ts'
import { createRandom, SEED } from '../kit/random.ts'
import { from, namedCall, numberingFaults, readJournals } from '../kit/records.ts'
import { raw } from '../kit/servers.ts'
import { callLine, initializeLine, logLine, resultLine } from '../kit/story.ts'
import { quiet, waitFor } from '../kit/wait.ts'

const KILLS = 100
const AT_ONCE = 2

const ndjson = (bytes: Buffer): LogRecord[] =>
  bytes
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LogRecord)

const texts = (records: readonly LogRecord[]): string[] =>
  from(records, 'message').map((record) => record.message)

interface Kill {
  tap: number
  victim: 'tap' | 'server'
  /** Whole log lines that reached the client before the end. */
  received: string[]
}

test(`nothing written is lost, doubled or unreadable after ${KILLS} kills (seed ${SEED})`, async () => {
  const random = createRandom(SEED)
  const { root, home } = places()
  const kills: Kill[] = []

  const killOnce = async (index: number): Promise<void> => {
    const pidFile = `${root}/server-${index}.pid`
    const script = scriptFile(root, [
      { pid: pidFile },
      { handshake: true },
      { emit: 'stdout', text: logLine('info', `${index} before #`), times: 20 },
      { await: '"first"' },
      { emit: 'stdout', text: logLine('warning', `${index} first #`), times: 5, gapMs: 1 },
      { emit: 'stdout', text: resultLine(1) },
      { await: '"second"' },
      { emit: 'stderr', text: `${index} grumbles\n` },
      { emit: 'stdout', text: logLine('error', `${index} second #`), times: 200, gapMs: 1 },
      { end: true },
    ])
    const victim = random() < 0.5 ? 'tap' : 'server'
    const delay = random() * 250
    const tap = start(tapCommand(home, `server-${index}`, raw(script)))
    tap.write(initializeLine + callLine(1, 'first') + callLine(2, 'second'))
    if (victim === 'server') {
      const pid = await waitFor('the server', () => {
        try {
          return Number(readFileSync(pidFile, 'utf8'))
        } catch {
          return undefined
        }
      })
      await quiet(delay)
      process.kill(pid, 'SIGKILL')
    } else {
      await quiet(delay)
      tap.kill('SIGKILL')
    }
    const ended = await tap.ended()
    expect(ended.signal).toBe('SIGKILL')
    const text = ended.stdout.toString('utf8')
    const received = text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .flatMap((line) => {
        const message =
          line === '' ? {} : (JSON.parse(line) as { method?: string; params?: { data: string } })
        return message.method === 'notifications/message' && message.params ? [message.params.data] : []
      })
    kills.push({ tap: tap.pid, victim, received })
  }

  for (let index = 0; index < KILLS; index += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => killOnce(index + n)))
  await waitFor('the end of all taps', () => kills.every(({ tap }) => !isRunning(tap)))

  const journals = readJournals(home)
  const torn = journals.filter((journal) => journal.torn !== '').length
  let written = 0
  let atRisk = 0
  for (const { tap, victim, received } of kills) {
    const own = journals.filter((journal) => journal.header.pid === tap)
    expect(new Set(own.map((journal) => journal.header.run)).size).toBeLessThanOrEqual(1)
    const records = own.flatMap((journal) => journal.records)
    written += records.length
    // What is there is the beginning of it, without holes and without doubles.
    expect(numberingFaults(records)).toEqual([])
    const kept = texts(records)
    if (victim === 'server') {
      // The tap lived: all that was forwarded is kept, and the end is told.
      expect(kept).toEqual(received)
      expect(records.at(-1)).toMatchObject({ source: 'lifecycle', attributes: { signal: 'SIGKILL' } })
    } else {
      expect(received.slice(0, kept.length)).toEqual(kept.slice(0, received.length))
      atRisk += Math.max(0, received.length - kept.length)
    }
  }
  const taps = kills.filter(({ victim }) => victim === 'tap').length
  console.log(
    `${taps} taps and ${KILLS - taps} servers killed: ${written} records kept, ${torn} torn lines, ${atRisk} log lines forwarded but not yet written`,
  )

  // What Logboom reads is what is written, and the ends it adds.
  const query = await logboom(['query', '--home', home, '--json', 'time:>2000-01-01'], { timeoutMs: 60_000 })
  expect({ code: query.code, stderr: query.stderr.toString() }).toEqual({ code: 0, stderr: '' })
  const read = ndjson(query.stdout)
  expect(new Set(read.map((record) => record.id)).size).toBe(read.length)
  const onDisk = new Map(journals.flatMap((journal) => journal.records).map((record) => [record.id, record]))
  const derived = read.filter((record) => !onDisk.has(record.id))
  expect(read.length - derived.length).toBe(onDisk.size)
  for (const record of read) if (onDisk.has(record.id)) expect(record).toEqual(onDisk.get(record.id))

  // Every call that began has an outcome, told once: lost where nobody answered.
  const calls = from(read, 'call').map(namedCall)
  const started = calls.filter((call) => call?.status === 'started').map((call) => call?.id)
  const outcomes = calls.filter((call) => call?.status !== 'started').map((call) => call?.id)
  expect(outcomes.sort()).toEqual(started.sort())
  const lost = calls.filter((call) => call?.status === 'lost')
  expect(lost.length).toBeGreaterThan(0)
  const runs = new Set(read.map((record) => record.run))
  const exits = from(read, 'lifecycle').filter((record) => record.attributes.event === 'exit')
  expect(exits.map((record) => record.run).sort()).toEqual([...runs].sort())

  const stories = ndjson((await logboom(['calls', '--home', home, '--json'])).stdout) as unknown as {
    outcome?: LogRecord
  }[]
  expect(stories).toHaveLength(started.length)
  expect(stories.filter(({ outcome }) => outcome && namedCall(outcome)?.status === 'lost')).toHaveLength(
    lost.length,
  )

  // The next run in this home is fine.
  const after = scriptFile(root, [
    { emit: 'stdout', text: logLine('info', 'after the storm') },
    { end: true },
  ])
  expect(await run(tapCommand(home, 'next', raw(after)))).toMatchObject({ code: 0 })
  const next = await logboom(['query', '--home', home, '--json', 'server:next'])
  expect(texts(ndjson(next.stdout))).toEqual(['after the storm'])
})
