/**
 * A hub of the built command line over a home that is written and asked all the time, while everything around it goes wrong:
 * memory and open files stay the same, every answer is one that may be given, and no record is lost or doubled.
 *
 * `SOAK_MINUTES=120 npm run test:soak` for as long as one likes; `CHAOS_SEED=…` for the same faults again.
 */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import type { LogRecord } from '@logboom/sdk/record'
import { expect, test } from 'vitest'
import type { StoreStats } from '../../packages/logboom/src/store/contract.ts'
import { type Cost, costOf, growth, heapTrace, median, type Point, steadyGrowth } from '../kit/figures.ts'
import { tempDir } from '../kit/home.ts'
import { MAIN, NODE, start } from '../kit/process.ts'
import { createRandom, SEED } from '../kit/random.ts'
import {
  askOnce,
  type Capture,
  commandBeside,
  createReaders,
  endCapture,
  GARBAGE,
  killCapture,
  QUESTIONS,
  startCapture,
} from '../kit/soak-faults.ts'
import { createTailReader } from '../kit/tail-reader.ts'
import { quiet, waitFor } from '../kit/wait.ts'

const MINUTES = Number(process.env.SOAK_MINUTES ?? 5)
const SERVERS = ['analytics', 'model', 'database', 'gateway']
/** Records a second and capture. */
const RATE = 300
/** So small that the oldest goes soon, and files are sealed every few seconds. */
const STORE_MB = 24
const STEP_MS = 150
const LOOK_MS = 2000
const COMMAND_MS = 10_000
/**
 * What counts as flat: growth in a minute over the last two thirds, in MB and descriptors. What lives in the heap is known to
 * a fraction of a megabyte; resident memory also goes with the load, so it can only be looked at more coarsely.
 */
const FLAT = { heap: 1, held: 5, rss: 8 }
/**
 * Descriptors of deleted files: SQLite gives them back at a full collection of garbage, so they rise and fall. So few are left at
 * their lowest in the last third, when hundreds of files have been deleted.
 */
const LEFT_OPEN = 60
/** Resident memory at any time, in MB. */
const MOST_MB = 300

interface Look extends Cost {
  at: number
  stored: number
  files: number
  storeMb: number
}

/** Every number of every run once, in order. */
const createWitness = () => {
  const runs = new Map<string, number>()
  const exits = new Map<string, number>()
  const faults: string[] = []
  return {
    faults,
    exits,
    last: (run: string): number => (runs.get(run) ?? 0) - 1,
    see(record: LogRecord): void {
      const { run, seq } = record
      const expected = runs.get(run) ?? 0
      if (seq !== expected && faults.length < 20) faults.push(`${run}: ${seq} instead of ${expected}`)
      runs.set(run, seq + 1)
      if (record.source === 'lifecycle' && record.attributes.event === 'exit') {
        exits.set(run, (exits.get(run) ?? 0) + 1)
      }
    },
    runs: () => runs.size,
  }
}

const metric = (page: string, name: string): number =>
  Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(page)?.[1] ?? Number.NaN)

const table = (looks: readonly Look[], heap: readonly Point[]): string => {
  const every = Math.max(1, Math.ceil(looks.length / 20))
  const heapAt = (at: number): string => heap.findLast((point) => point.at <= at)?.value.toFixed(1) ?? '-'
  const rows = looks
    .filter((_, index) => index % every === 0 || index === looks.length - 1)
    .map(({ at, stored, files, storeMb, rss, anonymous, descriptors, deleted }) =>
      [
        at.toFixed(1),
        stored,
        files,
        storeMb.toFixed(1),
        rss.toFixed(0),
        anonymous.toFixed(0),
        heapAt(at),
        descriptors,
        deleted,
      ]
        .map((cell) => String(cell).padStart(10))
        .join(''),
    )
  const head = ['minute', 'stored', 'files', 'store MB', 'RSS MB', 'anon MB', 'heap MB', 'open', 'deleted']
  return [head.map((cell) => cell.padStart(10)).join(''), ...rows].join('\n')
}

test(`${MINUTES} minutes with faults (CHAOS_SEED=${SEED})`, { timeout: (MINUTES + 4) * 60_000 }, async () => {
  const random = createRandom(SEED)
  const home = join(tempDir(), 'home')
  mkdirSync(home, { mode: 0o700 })
  const hub = start([
    NODE,
    '--trace-gc',
    MAIN,
    'up',
    '--home',
    home,
    '--port',
    '0',
    '--max-size',
    `${STORE_MB}mb`,
  ])
  const began = performance.now()
  const minutes = (): number => (performance.now() - began) / 60_000
  const url = await waitFor('the hub', () => /at (http:\S+),/.exec(hub.stdout().toString())?.[1], 30_000)

  const witness = createWitness()
  const everything = createTailReader({ url, after: 0, onRecord: (_, record) => witness.see(record) })
  await everything.open()
  const readers = createReaders(url, 12)
  const captures = await Promise.all(SERVERS.map((server) => startCapture(home, server, RATE)))
  const faults: string[] = []
  const counts = { answered: 0, left: 0, killed: 0, foreign: 0, commands: 0 }
  /** The last record that stood in the journal of a capture that was killed. */
  const written = new Map<string, number>()
  const ended: Capture[] = []

  const replace = async (index: number): Promise<void> => {
    const old = captures[index]
    if (old === undefined) return
    if (random() < 0.75) {
      counts.killed++
      const garbage = GARBAGE[Math.floor(random() * GARBAGE.length)] ?? ''
      written.set(old.run, await killCapture(home, old, garbage))
    } else {
      await endCapture(old)
      ended.push(old)
    }
    captures[index] = await startCapture(home, old.server, RATE)
  }

  const ask = async (): Promise<void> => {
    const question = QUESTIONS[Math.floor(random() * QUESTIONS.length)]
    if (question === undefined) return
    const { path, statuses } = question
    const leaves = random() < 0.25
    const answer = await askOnce(url, path, leaves ? { leaveAfterMs: random() * 40 } : {})
    if (answer === undefined) counts.left++
    else {
      counts.answered++
      if (!statuses.includes(answer.status))
        faults.push(`${path}: ${answer.status} ${answer.body.slice(0, 300)}`)
    }
  }

  const askForeign = async (): Promise<void> => {
    counts.foreign++
    const answer = await askOnce(url, '/api/v1/records', { host: 'evil.example' })
    if (answer?.status !== 403) faults.push(`a foreign Host was answered ${answer?.status}`)
  }

  const COMMANDS = [
    ['query', '-n', '50', 'level:error'],
    ['stats', '--json'],
    ['calls', '-n', '20'],
    ['stats'],
  ]
  const looks: Look[] = []
  const look = async (): Promise<void> => {
    const page = (await askOnce(url, '/metrics'))?.body ?? ''
    looks.push({
      at: minutes(),
      stored: metric(page, 'logboom_records_stored_total'),
      files: metric(page, 'logboom_store_files'),
      storeMb: metric(page, 'logboom_store_bytes') / 1e6,
      ...costOf(hub.pid),
    })
  }

  /** Each goes on by itself; what one of them throws ends the test. */
  const every = async (ms: number, step: () => Promise<void>): Promise<void> => {
    while (minutes() < MINUTES && hub.child.exitCode === null && hub.child.signalCode === null) {
      await step()
      await quiet(ms)
    }
  }
  await Promise.all([
    every(STEP_MS, ask),
    every(STEP_MS, ask),
    every(STEP_MS * 3, () => readers.step(random(), random())),
    every(STEP_MS * 20, () => replace(Math.floor(random() * captures.length))),
    every(STEP_MS * 30, askForeign),
    every(COMMAND_MS, async () => {
      await commandBeside(home, COMMANDS[counts.commands++ % COMMANDS.length] ?? [])
    }),
    every(LOOK_MS, look),
  ])

  readers.close()
  for (const capture of captures) await endCapture(capture)
  ended.push(...captures)
  // Journals go when all they hold is stored.
  const journals = (): string[] => readdirSync(join(home, 'journal'))
  await waitFor('the end of all journals', () => journals().length === 0, 60_000).catch(() => {
    // Those that are left are told below.
  })
  const left = journals().map(
    (name) => `${name}: …${readFileSync(join(home, 'journal', name)).subarray(-300)}`,
  )
  const stats: StoreStats = JSON.parse((await askOnce(url, '/api/v1/stats'))?.body ?? '')
  const stored = stats.servers.reduce((sum, { records }) => sum + records, 0)
  await waitFor('the witness', () => everything.received >= stored + (stats.dropped.retention ?? 0))
  everything.cut()
  hub.kill('SIGTERM')
  const { code, signal, stdout, stderr } = await hub.ended()
  const heap = heapTrace(stdout.toString())

  console.log(table(looks, heap))
  const steady = (points: readonly Point[]): Point[] => points.filter(({ at }) => at > MINUTES / 3)
  const series = (value: (look: Look) => number): Point[] =>
    steady(looks.map((one) => ({ at: one.at, value: value(one) })))
  const slopes = {
    heap: growth(steady(heap)),
    held: growth(series(({ descriptors, deleted }) => descriptors - deleted)),
    rss: steadyGrowth(series(({ rss }) => rss)),
  }
  const told = Object.entries(slopes).map(([name, slope]) => `${name} ${slope.toFixed(2)}`)
  console.log(`growth a minute: ${told.join(', ')}; ${heap.length} full collections`)
  console.log(
    JSON.stringify({
      ...counts,
      ...readers.counts,
      runs: witness.runs(),
      received: everything.received,
      skipped: everything.skipped,
      dropped: stats.dropped,
      problems: stats.problems.length,
    }),
  )

  expect({ code, signal, stderr: stderr.toString() }).toEqual({ code: 0, signal: null, stderr: '' })
  expect(faults).toEqual([])
  expect(left).toEqual([])
  expect([...readers.faults, ...everything.faults, ...witness.faults]).toEqual([])
  expect(everything.skipped).toBe(0)
  // Every record once: stored, or dropped by the limit.
  expect(stored + (stats.dropped.retention ?? 0)).toBe(everything.received)
  expect(stats.dropped.retention).toBeGreaterThan(0)
  expect([...witness.exits.values()].filter((count) => count !== 1)).toEqual([])
  // Who was killed before its first record left nothing.
  const sure = [...written].flatMap(([run, last]) => (last < 0 ? [] : [run]))
  const known = new Set([...written.keys(), ...ended.map(({ run }) => run)])
  expect([...witness.exits.keys()].filter((run) => !known.has(run))).toEqual([])
  expect([...sure, ...ended.map(({ run }) => run)].filter((run) => !witness.exits.has(run))).toEqual([])
  const lost = [...written].filter(([run, last]) => witness.last(run) < last)
  expect(lost).toEqual([])

  const third = looks.filter(({ at }) => at > MINUTES / 3)
  expect(median(third.map(({ storeMb }) => storeMb))).toBeLessThan(STORE_MB * 1.1)
  expect(Math.max(...looks.map(({ rss }) => rss))).toBeLessThan(MOST_MB)
  const rising = Object.entries(FLAT).filter(([name, limit]) => slopes[name as keyof typeof FLAT] >= limit)
  expect(rising).toEqual([])
  const last = looks.filter(({ at }) => at > (2 * MINUTES) / 3)
  expect(Math.min(...last.map(({ deleted }) => deleted))).toBeLessThan(LEFT_OPEN)
})
