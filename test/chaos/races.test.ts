/**
 * Two hubs and two commands begin at the same moment, again and again, on a home that is being written: one of them stores,
 * the others know, and whoever stores is killed. In the end every record is there once.
 */
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { tempDir } from '../kit/home.ts'
import { testBuild } from '../kit/hub.ts'
import { NODE, type Running, run, start } from '../kit/process.ts'
import { createRandom, SEED } from '../kit/random.ts'
import { type Capture, endCapture, killCapture, startCapture } from '../kit/soak-faults.ts'
import { manifestOf, storedRecords } from '../kit/store-verdict.ts'
import { quiet, waitFor } from '../kit/wait.ts'

const ROUNDS = 10
const SERVERS = ['analytics', 'model', 'database']
/** Records a second and capture. */
const RATE = 400
/** Larger than all that is captured, and so small that files fill up. */
const STORE = '60mb'

afterAll(async () => (await testBuild()).remove())

const hasEnded = ({ child }: Running): boolean => child.exitCode !== null || child.signalCode !== null
const isUp = (hub: Running): boolean => hub.stdout().includes('Logboom is at')

test(`whoever races for the lock, every record is stored once (CHAOS_SEED=${SEED})`, async () => {
  const { main } = await testBuild()
  const random = createRandom(SEED)
  const home = join(tempDir(), 'home')
  mkdirSync(home, { mode: 0o700 })
  const captures = await Promise.all(SERVERS.map((server) => startCapture(home, server, RATE)))
  const ended: Capture[] = []
  /** The last record that stood in the journal of a capture that was killed. */
  const written = new Map<string, number>()
  const counts = { killedUp: 0, killedStarting: 0, refused: 0, tookOver: 0, commands: 0 }

  const startUp = (): Running => start([NODE, main, 'up', '--home', home, '--port', '0', '--max-size', STORE])

  const command = async (args: readonly string[]): Promise<void> => {
    const { code, stderr } = await run([NODE, main, ...args, '--home', home], { timeoutMs: 60_000 })
    expect({ args, code, stderr: stderr.toString() }).toEqual({ args, code: 0, stderr: '' })
    counts.commands++
  }

  const kill = async (hub: Running): Promise<void> => {
    if (!hasEnded(hub)) hub.kill('SIGKILL')
    await hub.ended()
  }

  /** One of them is up, or both have ended. */
  const oneUp = async (hubs: readonly Running[]): Promise<Running | undefined> => {
    await waitFor(
      'one of the hubs',
      () => hubs.some((hub) => isUp(hub) && !hasEnded(hub)) || hubs.every(hasEnded),
      30_000,
    )
    return hubs.find((hub) => isUp(hub) && !hasEnded(hub))
  }

  /** A hub that was not killed has ended because another one is there, and says so. */
  const expectRefused = async (hub: Running): Promise<void> => {
    const { code, stderr } = await hub.ended()
    expect({ code, stderr: stderr.toString() }).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/hub runs on .* already|another process is storing/),
    })
    counts.refused++
  }

  const round = async (): Promise<void> => {
    const hubs = [startUp(), startUp()]
    const commands = [command(['query', '--json', 'level:error', '-n', '20']), command(['stats', '--json'])]
    const early = random() < 0.3
    if (early) {
      await quiet(random() * 700)
      const [chosen] = random() < 0.5 ? hubs : [...hubs].reverse()
      if (chosen !== undefined && !hasEnded(chosen) && !isUp(chosen)) {
        counts.killedStarting++
        await kill(chosen)
      }
    }
    const first = await oneUp(hubs)
    expect(first).toBeDefined()
    const [other] = hubs.filter((hub) => hub !== first)
    await quiet(random() * 1200)
    counts.killedUp++
    if (first !== undefined) await kill(first)
    if (other !== undefined && !hasEnded(other)) {
      // It waited for the lock, or was about to say that there is another one.
      const second = await oneUp([other])
      if (second !== undefined) {
        counts.tookOver++
        await kill(second)
      }
    }
    if (other !== undefined && other.child.signalCode === null) await expectRefused(other)
    await Promise.all(commands)
  }

  for (let index = 0; index < ROUNDS; index++) {
    await round()
    const old = captures[index % captures.length]
    if (old === undefined) continue
    if (index % 2 === 0) written.set(old.run, await killCapture(home, old, ''))
    else {
      await endCapture(old)
      ended.push(old)
    }
    captures[index % captures.length] = await startCapture(home, old.server, RATE)
  }
  for (const capture of captures) await endCapture(capture)
  ended.push(...captures)

  const hub = startUp()
  await waitFor('the hub', () => isUp(hub), 30_000)
  await waitFor('the end of all journals', () => readdirSync(join(home, 'journal')).length === 0, 60_000)
  hub.kill('SIGTERM')
  expect(await hub.ended()).toMatchObject({ code: 0 })

  const runs = new Map<string, number>()
  const faults: string[] = []
  const exits = new Map<string, number>()
  const records = storedRecords(home)
  for (const { run: id, seq, source, attributes } of records) {
    const expected = runs.get(id) ?? 0
    if (seq !== expected) faults.push(`${id}: ${seq} where ${expected} should be`)
    runs.set(id, seq + 1)
    if (source === 'lifecycle' && attributes.event === 'exit') exits.set(id, (exits.get(id) ?? 0) + 1)
  }
  const files = manifestOf(home)?.files.length ?? 0
  console.log(
    `${ROUNDS} rounds: ${JSON.stringify(counts)}; ${records.length} records of ${runs.size} runs in ${files} files`,
  )
  expect(faults.slice(0, 5)).toEqual([])
  expect(new Set(records.map(({ id }) => id)).size).toBe(records.length)
  // The end of each run is told once, and all that stood in its journal before is there.
  const whole = [...written].flatMap(([id, last]) => (last < 0 ? [] : [id]))
  expect([...exits.keys()].sort()).toEqual([...whole, ...ended.map((one) => one.run)].sort())
  expect([...exits.values()].filter((count) => count !== 1)).toEqual([])
  expect([...written].filter(([id, last]) => (runs.get(id) ?? 0) <= last)).toEqual([])
  expect(existsSync(join(home, 'store', 'quarantine'))).toBe(false)
  expect(manifestOf(home)?.dropped).toEqual({})
})
