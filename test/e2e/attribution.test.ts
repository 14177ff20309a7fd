/**
 * Attribution where the truth is known: every log says in its data which call wrote it. `exact` must be right, nothing that
 * could be several calls' is given to one, and `inferred` is wrong for at most 0.5 % of the logs sent while their call ran.
 */
import { randomBytes } from 'node:crypto'
import type { LogRecord } from '@logboom/sdk/record'
import { afterAll, describe, expect, test } from 'vitest'
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

const judge = ({ records, said }: Captured, source: 'message' | 'stderr'): Tally => {
  const tally = { exact: 0, inferred: 0, ambiguous: 0, none: 0, wrongDuring: 0, wrongLate: 0, during: 0 }
  const marks = markOf(records)
  const wrongExact: unknown[] = []
  const wrongCandidates: unknown[] = []
  const guessed: unknown[] = []
  from(records, source).forEach((record, index) => {
    const truth = record.attributes.mark
    if (typeof truth !== 'string') return
    const during = record.attributes.at === 'during'
    if (during) tally.during += 1
    const sure = source === 'message' ? sureMarks(said, index) : []
    if (record.call === undefined) {
      tally.none += 1
      // A log sent while its call ran has at least that call as its candidate.
      if (during) wrongCandidates.push({ truth, given: [] })
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
const both = clients.flatMap((client) =>
  (['message', 'stderr'] as const).map((channel) => ({ ...client, channel })),
)

describe.each(both)('$kind, $channel', ({ kind, command, channel }) => {
  test('sequential calls, back to back and apart', async () => {
    const run = await drive(kind, command, async (client) => {
      for (let n = 0; n < 60; n++) {
        await client.call('work', { plan: { mark: `s${n}`, logs: 5, everyMs: n % 3, channel } })
        if (n % 4 === 0) await quiet(30)
      }
    })
    const tally = judge(run, channel)
    expect(tally.during).toBe(300)
    expect(tally.inferred).toBeGreaterThan(0)
    expectShare(tally)
    add(`sequential, ${channel}`, tally)
  })

  test('concurrent and overlapping calls', async () => {
    const run = await drive(kind, command, async (client) => {
      const calls: Promise<string>[] = []
      for (let n = 0; n < 24; n++) {
        calls.push(
          client.call('work', {
            plan: { mark: `c${n}`, logs: 4 + (n % 5), everyMs: 3 + (n % 7), firstMs: (n * 13) % 40, channel },
          }),
        )
        if (n % 6 === 5) await quiet(60)
      }
      await Promise.all(calls)
      await quiet(50)
      await client.call('work', { plan: { mark: 'alone', logs: 5, everyMs: 4, firstMs: 30, channel } })
    })
    const tally = judge(run, channel)
    expect(tally.ambiguous).toBeGreaterThan(0)
    expectShare(tally)
    add(`concurrent, ${channel}`, tally)
  })

  test('background work that logs after its call', async () => {
    const run = await drive(kind, command, async (client) => {
      for (let n = 0; n < 12; n++) {
        const plan = { mark: `b${n}`, logs: 3, everyMs: 4, late: 4, lateMs: 10 + (n % 3) * 25, channel }
        await client.call('work', { plan })
        if (n % 2 === 0) await quiet(40)
      }
      await quiet(200)
    })
    const tally = judge(run, channel)
    expectShare(tally)
    add(`background, ${channel}`, tally)
  })
})

describe('records that name their request are exact, however many calls run', () => {
  test.each([
    { kind: 'v1', command: fixtureV1, names: 'trace' },
    { kind: 'v1', command: fixtureV1, names: 'origin' },
    { kind: 'v2-legacy', command: fixtureV2, names: 'trace' },
    { kind: 'v2-modern', command: fixtureV2, names: 'trace' },
    { kind: 'v2-modern', command: fixtureV2, names: 'origin' },
  ] as const)('by $names ($kind)', async ({ kind, command, names }) => {
    const run = await drive(kind, command, async (client) => {
      const calls = Array.from({ length: 20 }, (_, n) => {
        const trace = `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`
        return client.call(
          'work',
          { plan: { mark: `n${n}`, logs: 5, everyMs: 3, late: 2, names, trace, progress: true } },
          { meta: { traceparent: trace }, progress: true },
        )
      })
      await Promise.all(calls)
      await quiet(150)
    })
    const tally = judge(run, 'message')
    expect(tally).toMatchObject({ inferred: 0, ambiguous: 0, none: 0 })
    expect(tally.exact).toBe(20 * 7)
    const marks = markOf(run.records)
    const progress = from(run.records, 'notification').filter((record) =>
      /progress/.test(JSON.stringify([record.message, record.attributes])),
    )
    expect(progress).toHaveLength(20)
    for (const record of progress) {
      expect(record.call?.attribution).toBe('exact')
      const mark = marks.get(namedCall(record)?.id ?? '')
      expect(JSON.stringify([record.message, record.attributes])).toContain(`"${mark}"`)
    }
    add(`named by ${names}`, tally)
  })
})
