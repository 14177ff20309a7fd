/**
 * Attribution where the truth is known: every log says in its data which call wrote it. `exact` must be right, nothing that
 * could be several calls' is given to one, and `inferred` is wrong for at most 0.5 % of the logs sent while their call ran.
 */
import { randomBytes } from 'node:crypto'
import type { LogRecord } from '@logboom/sdk/record'
import { afterAll, expect, test } from 'vitest'
import type { ClientKind, TestClient } from '../kit/clients.ts'
import { places } from '../kit/home.ts'
import { candidates, type Said } from '../kit/oracle.ts'
import type { Command } from '../kit/process.ts'
import { from, namedCall } from '../kit/records.ts'
import { fixtureV1, fixtureV2 } from '../kit/servers.ts'
import { type Captured, captured, connectTapped, expectTransparent } from '../kit/session.ts'
import { quiet } from '../kit/wait.ts'

interface Tally {
  exact: number
  inferred: number
  ambiguous: number
  none: number
  /** Inferred and wrong, of the logs sent while their call ran, and of those sent after it. */
  wrongDuring: number
  wrongLate: number
  during: number
  /** Of those, read too late to have any candidate. */
  missed: number
}

const tallies = new Map<string, Tally>()

/** Marks of calls by their id, from the arguments of each call's own record. */
const markOf = (records: readonly LogRecord[]): Map<string, string> => {
  const marks = new Map<string, string>()
  for (const record of from(records, 'call')) {
    const call = namedCall(record)
    const mark = JSON.stringify(record.attributes.arguments ?? null).match(/"mark":"([^"]+)"/)?.[1]
    if (call?.status === 'started' && mark !== undefined) marks.set(call.id, mark)
  }
  return marks
}

/** Candidates that were certain, as marks. */
const sureMarks = (said: Said, index: number): string[] => {
  const log = said.logs[index]
  if (log === undefined) return []
  return candidates(said, log.t, 'message').sure.flatMap(
    (call) => JSON.stringify(call.arguments ?? null).match(/"mark":"([^"]+)"/)?.[1] ?? [],
  )
}

/** @param phase first letter of the marks that are meant */
const judge = ({ records, said }: Captured, source: 'message' | 'stderr', phase: string): Tally => {
  const tally = {
    exact: 0,
    inferred: 0,
    ambiguous: 0,
    none: 0,
    wrongDuring: 0,
    wrongLate: 0,
    during: 0,
    missed: 0,
  }
  const marks = markOf(records)
  const wrongExact: unknown[] = []
  const wrongCandidates: unknown[] = []
  const guessed: unknown[] = []
  from(records, source).forEach((record, index) => {
    const truth = record.attributes.mark
    if (typeof truth !== 'string' || !truth.startsWith(phase)) return
    const during = record.attributes.at === 'during'
    if (during) tally.during += 1
    const sure = source === 'message' ? sureMarks(said, index) : []
    if (record.call === undefined) {
      tally.none += 1
      // A log sent while its call ran has at least that call as its candidate; but stderr is a pipe of its own, and a busy
      // machine may read it long after the call's answer. Nothing is claimed then, and it has to be rare.
      if (during && source === 'message') wrongCandidates.push({ truth, given: [] })
      if (during) tally.missed += 1
      return
    }
    if (record.call.attribution === 'ambiguous') {
      tally.ambiguous += 1
      const given = record.call.candidates.map((id) => marks.get(id))
      if (new Set(given).size < 2) wrongCandidates.push({ truth, given })
      if (during && !given.includes(truth)) wrongCandidates.push({ truth, given })
      return
    }
    const mark = marks.get(record.call.id)
    if (record.call.attribution === 'exact') {
      tally.exact += 1
      if (mark !== truth) wrongExact.push({ truth, mark })
      return
    }
    tally.inferred += 1
    if (sure.length > 1) guessed.push({ truth, mark, sure })
    if (mark !== truth) tally[during ? 'wrongDuring' : 'wrongLate'] += 1
  })
  expect(wrongExact).toEqual([])
  expect(wrongCandidates).toEqual([])
  expect(guessed).toEqual([])
  expect(tally.missed).toBeLessThanOrEqual(tally.during / 10)
  return tally
}

const drive = async (
  kind: ClientKind,
  command: Command,
  work: (client: TestClient) => Promise<unknown>,
): Promise<Captured> => {
  const at = places()
  const client = await connectTapped(kind, at, 'truth', command)
  await work(client)
  await client.close()
  const run = (await captured(at)).at(-1)
  if (run === undefined) throw new Error('no run')
  expectTransparent(run)
  return run
}

const add = (name: string, tally: Tally): void => {
  const sum = tallies.get(name)
  if (sum === undefined) tallies.set(name, { ...tally })
  else for (const key of Object.keys(sum) as (keyof Tally)[]) sum[key] += tally[key]
}

afterAll(() => {
  for (const [name, tally] of tallies) {
    const share = tally.inferred === 0 ? 0 : (100 * tally.wrongDuring) / tally.inferred
    console.log(
      `${name}: ${tally.exact} exact, ${tally.inferred} inferred (${share.toFixed(2)} % wrong while the call ran, ${tally.wrongLate} wrong after it), ${tally.ambiguous} ambiguous, ${tally.none} none`,
    )
  }
})

const expectShare = (tally: Tally): void => {
  expect(tally.during).toBeGreaterThan(0)
  expect(tally.wrongDuring).toBeLessThanOrEqual(tally.inferred * 0.005)
}

const clients: { kind: ClientKind; command: Command }[] = [
  { kind: 'v1', command: fixtureV1 },
  { kind: 'v2-legacy', command: fixtureV2 },
  { kind: 'v2-modern', command: fixtureV2 },
]
const PHASES = { s: 'sequential', c: 'concurrent', b: 'background' }

test.each(clients)('sequential, concurrent and background work ($kind)', async ({ kind, command }) => {
  const run = await drive(kind, command, async (client) => {
    const work = (plan: object) => client.call('work', { plan: { channel: 'both', ...plan } })
    // Back to back, and apart.
    for (let n = 0; n < 40; n++) {
      await work({ mark: `s${n}`, logs: 5, everyMs: n % 3 })
      if (n % 4 === 0) await quiet(30)
    }
    await quiet(60)
    // Overlapping, with a lone one at the end.
    const calls: Promise<string>[] = []
    for (let n = 0; n < 24; n++) {
      calls.push(work({ mark: `c${n}`, logs: 4 + (n % 5), everyMs: 3 + (n % 7), firstMs: (n * 13) % 40 }))
      if (n % 6 === 5) await quiet(60)
    }
    await Promise.all(calls)
    await quiet(60)
    await work({ mark: 'c-alone', logs: 5, everyMs: 4, firstMs: 30 })
    await quiet(60)
    // Logs that come after their call, sometimes while the next one runs.
    for (let n = 0; n < 12; n++) {
      await work({ mark: `b${n}`, logs: 3, everyMs: 4, late: 4, lateMs: 10 + (n % 3) * 25 })
      if (n % 2 === 0) await quiet(40)
    }
    await quiet(200)
  })
  for (const source of ['message', 'stderr'] as const)
    for (const [phase, name] of Object.entries(PHASES)) {
      const tally = judge(run, source, phase)
      expectShare(tally)
      add(`${name}, ${source}`, tally)
      if (phase === 's') expect(tally.during).toBe(200)
      if (phase === 's' || phase === 'c') expect(tally.inferred).toBeGreaterThan(0)
      if (phase === 'c') expect(tally.ambiguous).toBeGreaterThan(0)
    }
})

test.each([
  { kind: 'v1', command: fixtureV1, ways: ['trace', 'origin'] },
  { kind: 'v2-legacy', command: fixtureV2, ways: ['trace'] },
  { kind: 'v2-modern', command: fixtureV2, ways: ['trace', 'origin'] },
] as const)(
  'records that name their request are exact, however many calls run ($kind)',
  async ({ kind, command, ways }) => {
    const run = await drive(kind, command, async (client) => {
      const calls = Array.from({ length: 20 }, (_, n) => {
        const trace = `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`
        const names = ways[n % ways.length] ?? 'trace'
        return client.call(
          'work',
          { plan: { mark: `${names}${n}`, logs: 5, everyMs: 3, late: 2, names, trace, progress: true } },
          { meta: { traceparent: trace }, progress: true },
        )
      })
      await Promise.all(calls)
      await quiet(150)
    })
    for (const way of ways) {
      const tally = judge(run, 'message', way)
      expect(tally).toMatchObject({ exact: (20 * 7) / ways.length, inferred: 0, ambiguous: 0, none: 0 })
      add(`named by ${way}`, tally)
    }
    const marks = markOf(run.records)
    const progress = from(run.records, 'notification').filter(
      (record) => record.attributes.method === 'notifications/progress',
    )
    expect(progress).toHaveLength(20)
    expect(progress.map((record) => record.call?.attribution)).toEqual(progress.map(() => 'exact'))
    const misplaced = progress.filter(
      (record) => !JSON.stringify(record.attributes).includes(`"${marks.get(namedCall(record)?.id ?? '')}"`),
    )
    expect(misplaced).toEqual([])
  },
)
