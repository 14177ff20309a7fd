/** One tapped server between two recorders, and the comparison of what was said with what was captured. */
import { createHash } from 'node:crypto'
import type { LogRecord } from '@logboom/sdk/record'
import { expect } from 'vitest'
import { type ClientKind, connectClient, type TestClient } from './clients.ts'
import type { Places } from './home.ts'
import { candidates, type Recording, readRecordings, readSaid, type Said } from './oracle.ts'
import { type Command, isRunning, recorded, tapCommand } from './process.ts'
import { from, namedCall, numberingFaults, readJournals, readRuns } from './records.ts'
import { waitFor } from './wait.ts'

/** recorder -> tap -> recorder -> server. */
export const tappedBetween = (places: Places, server: string, command: Command): Command =>
  recorded(places.outside, tapCommand(places.home, server, recorded(places.inside, command)))

/** An official client on a tapped server with recorders on both sides. */
export const connectTapped = (
  kind: ClientKind,
  places: Places,
  server: string,
  command: Command,
): Promise<TestClient> => connectClient(kind, tappedBetween(places, server, command))

/** One run as three witnesses tell it. */
export interface Captured {
  outside: Recording
  inside: Recording
  said: Said
  records: LogRecord[]
}

/** Waits until everything between client and server has gone, then pairs recordings and runs, oldest first. */
export const captured = async (places: Places): Promise<Captured[]> => {
  await waitFor('the end of taps and servers', () =>
    [...readRecordings(places.outside), ...readRecordings(places.inside)].every(
      ({ start }) => !isRunning(start.recorder) && !isRunning(start.pid),
    ),
  )
  const journals = readJournals(places.home)
  const runs = readRuns(places.home)
  const inside = readRecordings(places.inside)
  const all = readRecordings(places.outside).map((outside) => {
    const far = inside.find((recording) => recording.start.parent === outside.start.pid)
    const run = journals.find((journal) => journal.header.pid === outside.start.pid)?.header.run
    const records = runs.find((candidate) => candidate[0]?.run === run)
    if (far === undefined || records === undefined)
      throw new Error(`no ${far === undefined ? 'server' : 'run'} behind tap ${outside.start.pid}`)
    return { outside, inside: far, said: readSaid(far), records }
  })
  expect(runs).toHaveLength(all.length)
  return all
}

/** The only run, for clients that start one process. */
export const capturedOne = async (places: Places): Promise<Captured> => {
  const [one, ...others] = await captured(places)
  if (one === undefined || others.length > 0) throw new Error('not exactly one run')
  return one
}

const digest = (bytes: Buffer): string =>
  `${bytes.length} ${createHash('sha256').update(bytes).digest('hex')}`

export const digests = ({ stdin, stdout, stderr }: Pick<Recording, 'stdin' | 'stdout' | 'stderr'>) => ({
  stdin: digest(stdin),
  stdout: digest(stdout),
  stderr: digest(stderr),
})

/** Both directions and stderr passed the tap unchanged. */
export const expectTransparent = ({ outside, inside }: Captured): void => {
  expect(digests(outside)).toEqual(digests(inside))
}

const plainLines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

export interface Expected {
  server: string
  /** How many records stderr is; their lines together are stderr's, in order. */
  stderr: number
}

/** Every log sent is one record with all it carried; nothing more, nothing less; in order within its stream. */
export const expectCaptured = ({ said, records, inside }: Captured, expected: Expected): void => {
  expect(numberingFaults(records)).toEqual([])
  expect(new Set(records.map((record) => record.server))).toEqual(new Set([expected.server]))

  const messages = from(records, 'message')
  expect(messages.map(({ level, logger }) => ({ level, logger }))).toEqual(
    said.logs.map(({ level, logger }) => ({ level, logger })),
  )
  expect(messages.map(({ attributes }) => attributes)).toEqual(said.logs.map((log) => log.attributes))
  messages.forEach((record, index) => {
    const text = said.logs[index]?.message
    if (text !== undefined) expect(record.message).toBe(text)
    else expect(record.message === '').toBe(Object.keys(record.attributes).length === 0)
  })

  const stderr = from(records, 'stderr')
  expect(stderr.flatMap((record) => plainLines(record.message))).toEqual(
    plainLines(inside.stderr.toString('utf8')),
  )
  expect(stderr).toHaveLength(expected.stderr)
  expect(from(records, 'stdout').map((record) => record.message)).toEqual(said.stray)

  expectCalls(said, records)
  expectAttributed(said, records)
}

/** Every request is told by its start and its outcome. */
export const expectCalls = (said: Said, records: readonly LogRecord[]): void => {
  const calls = from(records, 'call').map(namedCall)
  const told = (status: 'started' | 'outcome') =>
    calls
      .filter((call) => (call?.status === 'started') === (status === 'started'))
      .map((call) => `${call?.from} ${call?.method} ${call?.tool} ${JSON.stringify(call?.requestId)}`)
      .sort()
  const sent = (calls: Said['calls']) =>
    calls.map((call) => `${call.from} ${call.method} ${call.tool} ${JSON.stringify(call.requestId)}`).sort()
  expect(told('started')).toEqual(sent(said.calls))
  expect(told('outcome')).toEqual(sent(said.calls))
  for (const sentCall of said.calls) {
    if (sentCall.outcome === undefined) continue
    const outcome = calls.find(
      (call) =>
        call?.from === sentCall.from && call.requestId === sentCall.requestId && call.status !== 'started',
    )
    expect(outcome?.status).toBe(sentCall.outcome)
    expect(outcome?.durationMs).toBeGreaterThanOrEqual(0)
  }
}

/** No record is given to a call that could not be meant, and none that is certain is left out. */
export const expectAttributed = (said: Said, records: readonly LogRecord[]): void => {
  const callIds = new Map<string, string>()
  for (const record of from(records, 'call')) {
    const call = namedCall(record)
    if (call?.status === 'started') callIds.set(call.id, `${call.from} ${JSON.stringify(call.requestId)}`)
  }
  const name = (call: Said['calls'][number]): string => `${call.from} ${JSON.stringify(call.requestId)}`
  from(records, 'message').forEach((record, index) => {
    const log = said.logs[index]
    if (log === undefined) return
    const { sure, maybe } = candidates(said, log.t, 'message')
    const given =
      record.call === undefined
        ? []
        : ('id' in record.call ? [record.call.id] : record.call.candidates).map((id) => callIds.get(id))
    for (const call of sure) expect(given).toContain(name(call))
    for (const call of given) expect([...sure, ...maybe].map(name)).toContain(call)
    if (given.length > 1) expect(record.call?.attribution).toBe('ambiguous')
  })
}
