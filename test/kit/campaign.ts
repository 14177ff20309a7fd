/** One home under fire: traffic goes on while its hub is killed again and again, and after each kill its store is judged. */
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { tempDir } from './home.ts'
import { type Hub, type HubSettings, spawnHub, startHub, stopHub } from './hub.ts'
import type { Running } from './process.ts'
import { createRandom } from './random.ts'
import { createJudge, firstInJournals, manifestOf, type Verdict } from './store-verdict.ts'
import { createTraffic, openCalls, type Traffic } from './traffic.ts'
import { quiet, waitFor } from './wait.ts'

export interface CampaignSettings extends Omit<HubSettings, 'home'> {
  seed: number
  /** Limits delete records: what is missing must be counted, and be the oldest. */
  limited?: boolean
}

export interface Campaign {
  home: string
  traffic: Traffic
  /** Kills at a random moment; tells when: while it `start`ed, or while it `ran`. */
  killOnce(): Promise<'start' | 'run'>
  /** Lets it die at a failpoint; false when it was not reached in time. */
  dieAt(failpoint: string, timeoutMs?: number): Promise<boolean>
  /** Runs a hub until the store has so many sealed files, and ends it. */
  runUntil(sealed: number): Promise<void>
  /** Runs a hub until everything is stored, ends it, and judges that nothing is missing. */
  finish(): Promise<Summary>
}

export interface Summary {
  captured: number
  stored: number
  dropped: number
  /** The longest that opening the store took. */
  slowestOpenMs: number
}

const sealedFiles = (home: string): number =>
  (manifestOf(home)?.files ?? []).filter(({ rows }) => rows !== undefined).length

const OPEN_WITHIN_MS = 5000
const SERVERS = ['analytics', 'model', 'database']

export const createCampaign = ({ seed, limited = false, ...settings }: CampaignSettings): Campaign => {
  const home = join(tempDir(), 'home')
  mkdirSync(home, { mode: 0o700 })
  const random = createRandom(seed)
  const traffic = createTraffic({ home })
  const judge = createJudge(home, traffic)
  const hubSettings: HubSettings = { home, ...settings }
  let slowest = 0
  let turn = 0

  /** Some more of everything: runs begin, write, end and are found dead. */
  const capture = async (): Promise<void> => {
    turn++
    const living = traffic.runs.filter((run) => !run.dead && !traffic.ended(run))
    if (living.length < 3) traffic.append(traffic.begin(SERVERS[turn % 3] ?? ''), 1)
    for (const run of living) traffic.append(run, Math.floor(random() * 60))
    const [oldest] = living
    if (oldest !== undefined && oldest.count > 600 && random() < 0.3) await traffic.end(oldest)
    if (turn % 12 === 0) await traffic.bury(SERVERS[turn % 3] ?? '', 20 + Math.floor(random() * 200))
  }

  /** Captures until something has happened. */
  const captureUntil = async (happened: () => boolean, timeoutMs: number): Promise<boolean> => {
    const until = performance.now() + timeoutMs
    while (!happened()) {
      if (performance.now() > until) return false
      await capture()
      await quiet(20)
    }
    return true
  }

  /** What holds after every kill, with nobody writing the store. */
  const check = async (): Promise<Verdict> => {
    await traffic.flush()
    const captured = traffic.runs.map(({ run, count }) => ({ run, count }))
    const verdict = judge.judge()
    const journals = firstInJournals(home)
    for (const { run, count } of captured) {
      const stored = verdict.stored.get(run) ?? []
      const next = (stored.at(-1) ?? -1) + 1
      const first = journals.get(run)
      // Whole files of the store may be gone by its limits, and with them all of a run.
      const excused = limited && stored.length === 0
      if (!excused && next < count && (first === undefined || first > next))
        verdict.faults.push(`${run}: ${next} is neither stored nor in a journal, which begins at ${first}`)
      if (!limited && stored.length > 0 && stored[0] !== 0)
        verdict.faults.push(`${run}: nothing before ${stored[0]}`)
    }
    expect(verdict.faults.slice(0, 5)).toEqual([])
    expect(verdict.files.quarantined).toBe(0)
    return verdict
  }

  const open = async (failpoint?: string): Promise<Hub> => {
    const hub = await startHub(hubSettings, failpoint)
    slowest = Math.max(slowest, hub.openMs)
    expect(slowest).toBeLessThan(OPEN_WITHIN_MS)
    return hub
  }

  const hasDied = ({ process: { child } }: Hub): boolean =>
    child.signalCode !== null || child.exitCode !== null

  const kill = async (process: Running): Promise<void> => {
    process.kill('SIGKILL')
    const { signal, stderr } = await process.ended()
    expect({ signal, stderr: stderr.toString() }).toEqual({ signal: 'SIGKILL', stderr: '' })
  }

  return {
    home,
    traffic,
    async killOnce() {
      const early = random() < 0.4
      const process = early ? await spawnHub(hubSettings) : (await open()).process
      const delay = early ? 50 + random() * 500 : random() * 500
      const until = performance.now() + delay
      await captureUntil(() => performance.now() > until, delay + 5000)
      const ready = process.received.stdout > 0
      await kill(process)
      await check()
      return ready ? 'run' : 'start'
    },
    async dieAt(failpoint, timeoutMs = 15_000) {
      const hub = await open(failpoint)
      const died = await captureUntil(() => hasDied(hub), timeoutMs)
      await kill(hub.process)
      await check()
      return died
    },
    async runUntil(sealed) {
      const hub = await open()
      const reached = await captureUntil(() => sealedFiles(home) >= sealed, 30_000)
      await stopHub(hub)
      expect(reached).toBe(true)
      await check()
    },
    async finish() {
      await traffic.endAll()
      const hub = await open()
      // Journals go when all they hold is stored.
      await waitFor('the end of all journals', () => readdirSync(join(home, 'journal')).length === 0, 60_000)
      await stopHub(hub)
      const verdict = await check()
      let expected = 0
      for (const run of traffic.runs) {
        const all = run.count + (run.dead ? openCalls(run.count) + 1 : 0)
        expected += all
        if (!limited) expect(verdict.stored.get(run.run)?.length).toBe(all)
      }
      const dropped = Object.values(verdict.dropped).reduce((sum, count) => sum + count, 0)
      expect(verdict.records + dropped).toBe(expected)
      expect(Object.keys(verdict.dropped)).toEqual(limited ? ['retention'] : [])
      expect(verdict.counters).toEqual({})
      return { captured: expected, stored: verdict.records, dropped, slowestOpenMs: slowest }
    },
  }
}
