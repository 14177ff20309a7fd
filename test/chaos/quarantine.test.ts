/**
 * Damage to a store that nobody looks at, seen from outside: the command line opens it at once, says what it had to put aside
 * and how many records that were, answers everything else, and gets rid of it by itself.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LogRecord } from '@logboom/sdk/record'
import { afterAll, expect, test } from 'vitest'
import type { StoreStats } from '../../packages/logboom/src/store/contract.ts'
import { tempDir } from '../kit/home.ts'
import { testBuild } from '../kit/hub.ts'
import { NODE, type Running, run, start } from '../kit/process.ts'
import { createRandom, SEED } from '../kit/random.ts'
import { cutTo, overwrite } from '../kit/store-damage.ts'
import { manifestOf, readStoreFile } from '../kit/store-verdict.ts'
import { createTraffic } from '../kit/traffic.ts'
import { waitFor } from '../kit/wait.ts'

const OPEN_WITHIN_MS = 5000
const STORE_MB = 12

afterAll(async () => {
  if (root !== undefined) rmSync(root, { recursive: true, force: true })
  ;(await testBuild()).remove()
})

interface Up {
  process: Running
  url: string
  /** From the start of its process until it answered. */
  openMs: number
}

const up = async (home: string): Promise<Up> => {
  const { main } = await testBuild()
  const began = performance.now()
  const process = start([NODE, main, 'up', '--home', home, '--port', '0', '--max-size', `${STORE_MB}mb`])
  const url = await waitFor('the hub', () => /at (http:\S+),/.exec(process.stdout().toString())?.[1], 30_000)
  return { process, url, openMs: performance.now() - began }
}

const stop = async ({ process }: Up): Promise<void> => {
  process.kill('SIGTERM')
  const { code, stderr } = await process.ended()
  expect({ code, stderr: stderr.toString() }).toEqual({ code: 0, stderr: '' })
}

const command = async (home: string, args: readonly string[]): Promise<string> => {
  const { main } = await testBuild()
  const { code, stdout, stderr } = await run([NODE, main, ...args, '--home', home], { timeoutMs: 60_000 })
  expect({ code, stderr: stderr.toString() }).toEqual({ code: 0, stderr: '' })
  return stdout.toString()
}

const statsOf = async (home: string): Promise<StoreStats> =>
  JSON.parse(await command(home, ['stats', '--json']))

/** Everything that is answered. */
const readAll = async (home: string): Promise<LogRecord[]> =>
  (await command(home, ['query', '--json', 'time:>2000-01-01']))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

const sealed = (home: string): string[] =>
  (manifestOf(home)?.files ?? []).flatMap(({ name, rows }) => (rows === undefined ? [] : [name]))

let root: string | undefined

/** A home whose store has some sealed files; every run has ended. Made once, each test has a copy. */
const makeStore = async (): Promise<string> => {
  if (root === undefined) {
    const dir = mkdtempSync(join(tmpdir(), 'logboom-quarantine-'))
    await fill(join(dir, 'home'))
    root = dir
  }
  const home = join(tempDir(), 'home')
  cpSync(join(root, 'home'), home, { recursive: true })
  return home
}

const fill = async (home: string): Promise<void> => {
  mkdirSync(home, { mode: 0o700 })
  const traffic = createTraffic({ home })
  const hub = await up(home)
  const journals = join(home, 'journal')
  while (sealed(home).length < 6) {
    const one = traffic.begin('analytics')
    traffic.append(one, 2000)
    await traffic.end(one)
    await waitFor('a journal to be stored', async () => {
      const page = await (await fetch(`${hub.url}/metrics`)).text()
      return /^logboom_at_risk_records 0$/m.test(page)
    })
  }
  await waitFor('the end of all journals', () => readdirSync(journals).length === 0, 60_000)
  await stop(hub)
}

interface Damage {
  home: string
  /** Names of files that were damaged, and ids of what was in them. */
  names: string[]
  ids: Set<string>
  /** Ids of everything else. */
  others: Set<string>
}

/** One file is cut, the inside of another is overwritten. */
const damageTwo = (home: string): Damage => {
  const random = createRandom(SEED)
  const [, cut = '', , written = ''] = sealed(home)
  const idsOf = (name: string): string[] =>
    readStoreFile(join(home, 'store', name)).records.map(({ record }) => record.id)
  const files = (manifestOf(home)?.files ?? []).map(({ name }) => name)
  const names = [cut, written]
  const damage = {
    home,
    names,
    ids: new Set(names.flatMap(idsOf)),
    others: new Set(files.filter((name) => !names.includes(name)).flatMap(idsOf)),
  }
  cutTo(join(home, 'store', cut), 0.6)
  // The first page tells what the file is: it opens well.
  overwrite(join(home, 'store', written), 0.2, 0.6, random)
  return damage
}

const quarantine = (home: string): string[] => {
  const names = readdirSync(join(home, 'store', 'quarantine'))
  return names.map((name) => name.replace(/^\d+-/, '')).sort()
}

/** What is answered is what is not damaged, once; both files are aside, named and counted. */
const expectAside = async ({ home, names, ids, others }: Damage, ask: () => Promise<StoreStats>) => {
  const read = await readAll(home)
  expect(read.filter(({ id }) => !others.has(id))).toEqual([])
  expect(read).toHaveLength(others.size)
  expect(new Set(read.map(({ id }) => id)).size).toBe(others.size)
  const stats = await waitFor('both to be aside', async () => {
    const told = await ask()
    return quarantine(home).length === 2 && told
  })
  expect(quarantine(home)).toEqual([...names].sort())
  for (const name of names)
    expect(
      stats.problems.filter(({ file }) => file.endsWith(name) && file.includes('quarantine')),
    ).toHaveLength(1)
  expect(stats.problems).toHaveLength(2)
  expect(stats.dropped.damage).toBe(ids.size)
  expect(stats.servers.map(({ records }) => records)).toEqual([others.size])
  const text = await command(home, ['stats'])
  for (const name of names) expect(text).toContain(name)
  expect(text.replaceAll(/[, _\u202f\u00a0](?=\d{3})/g, '')).toContain(`${ids.size} damage`)
}

const apiStats = (hub: Up) => async (): Promise<StoreStats> =>
  (await (await fetch(`${hub.url}/api/v1/stats`)).json()) as StoreStats

test(`a hub puts damaged files aside, says so, and deletes them when it needs their room (CHAOS_SEED=${SEED})`, async () => {
  const home = await makeStore()
  const damage = damageTwo(home)
  const hub = await up(home)
  expect(hub.openMs).toBeLessThan(OPEN_WITHIN_MS)
  await expectAside(damage, apiStats(hub))

  // More than there may be: what is aside goes first.
  const traffic = createTraffic({ home })
  const before = sealed(home)
  while (quarantine(home).length > 0) {
    expect(sealed(home).slice(0, before.length)).toEqual(before)
    const one = traffic.begin('model')
    traffic.append(one, 4000)
    await traffic.end(one)
    await waitFor('a journal to be stored', async () => {
      const page = await (await fetch(`${hub.url}/metrics`)).text()
      return /^logboom_at_risk_records 0$/m.test(page)
    })
    expect(traffic.runs.length).toBeLessThan(40)
  }
  expect((await apiStats(hub)()).problems).toEqual([])
  await stop(hub)
  console.log(
    `opened in ${Math.round(hub.openMs)} ms; ${damage.ids.size} records were in 2 damaged files, ${damage.others.size} in others`,
  )
})

test('commands put damaged files aside without a hub', async () => {
  const home = await makeStore()
  const damage = damageTwo(home)
  const began = performance.now()
  await command(home, ['query', '*', '-n', '1'])
  expect(performance.now() - began).toBeLessThan(OPEN_WITHIN_MS)
  await expectAside(damage, () => statsOf(home))
})

test('without its manifest a store knows its files, and what of them it had to put aside', async () => {
  const home = await makeStore()
  const damage = damageTwo(home)
  writeFileSync(join(home, 'store', 'manifest.json'), '{"logboom":1,"generation":7}\nnot its checksum')
  const hub = await up(home)
  expect(hub.openMs).toBeLessThan(OPEN_WITHIN_MS)
  await expectAside(damage, apiStats(hub))
  await stop(hub)
  // And the next one finds it as this one has left it.
  const next = await up(home)
  expect(await readAll(home)).toHaveLength(damage.others.size)
  await stop(next)
})
