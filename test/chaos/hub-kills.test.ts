/**
 * The hub is killed, at random moments and between any two of its steps, while captures go on. After every kill its store is
 * read back: no record is lost, doubled, altered or out of order, no file is damaged, and the next hub opens it at once.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { type Campaign, type CampaignSettings, createCampaign } from '../kit/campaign.ts'
import { testBuild } from '../kit/hub.ts'
import { makeOld, oldFiles } from '../kit/old-format.ts'
import { createRandom, SEED } from '../kit/random.ts'

const SMALL = { segmentRows: 4096, segmentText: 150_000 }
/** Reached by any hub whose files fill up and whose journals are stored. */
const ALWAYS = ['append', 'ingest', 'rotate', 'seal', 'manifest', 'clean-up']
/** Reached where limits are kept, or the store is of an older format. */
const BY_LIMITS = ['drop', 'anew']
const BY_MIGRATION = ['migrate']
/** In a thread of its own for every file, so passed for the first time each time; or seldom. */
const ONCE = ['seal.begun', 'seal.records', 'seal.postings', 'seal.written', 'seal.renamed', 'anew.named']

const SOURCES = fileURLToPath(new URL('../../packages/logboom/src', import.meta.url))

/** The failpoints of these groups, all there are in the sources. */
const failpoints = (groups: readonly string[]): string[] =>
  readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .flatMap((name) => [...readFileSync(join(SOURCES, name), 'utf8').matchAll(/\bfailpoint\('([\w.-]+)'\)/g)])
    .map(([, name]) => name ?? '')
    .filter((name) => groups.includes(name.split('.')[0] ?? ''))

const random = createRandom(SEED)

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)

/** Several homes at once: a hub that starts mostly waits for the processor, the next one may have it meanwhile. */
const inHomes = async (
  count: number,
  settings: Omit<CampaignSettings, 'seed'>,
  use: (campaign: Campaign, index: number) => Promise<void>,
): Promise<string> => {
  const campaigns = Array.from({ length: count }, (_, index) =>
    createCampaign({ seed: SEED + index, ...SMALL, ...settings }),
  )
  const summaries = await Promise.all(
    campaigns.map(async (campaign, index) => {
      await use(campaign, index)
      return campaign.finish()
    }),
  )
  return `${sum(summaries.map(({ captured }) => captured))} records captured, ${sum(summaries.map(({ stored }) => stored))} stored, ${sum(summaries.map(({ dropped }) => dropped))} dropped by limits, store opened within ${Math.round(Math.max(...summaries.map(({ slowestOpenMs }) => slowestOpenMs)))} ms`
}

afterAll(async () => (await testBuild()).remove())

test(`killed at random moments (CHAOS_SEED=${SEED})`, async () => {
  const when = { start: 0, run: 0 }
  const told = await inHomes(3, {}, async (campaign) => {
    for (let kills = 0; kills < 32; kills++) when[await campaign.killOnce()]++
  })
  console.log(`${when.start} hubs killed while they opened the store, ${when.run} while they ran: ${told}`)
})

test('killed at random moments while limits are kept', async () => {
  const when = { start: 0, run: 0 }
  const limits = { maxBytes: 6_000_000, servers: { analytics: { maxRecords: 400 } }, limited: true }
  const told = await inHomes(2, limits, async (campaign) => {
    for (let kills = 0; kills < 16; kills++) when[await campaign.killOnce()]++
  })
  console.log(`${when.start} hubs killed while they opened the store, ${when.run} while they ran: ${told}`)
})

/** Each of these several times, in any order; spread over homes. */
const dieAtEach = async (
  names: readonly string[],
  times: number,
  settings: Omit<CampaignSettings, 'seed'>,
) => {
  const plan = Array.from({ length: times }, (_, round) =>
    names.map((name) => (ONCE.includes(name) ? name : `${name}:${1 + round + Math.floor(random() * 2)}`)),
  )
    .flat()
    .map((failpoint) => ({ failpoint, order: random() }))
    .sort((a, b) => a.order - b.order)
  const missed: string[] = []
  const died = plan.length
  const told = await inHomes(2, settings, async (campaign, index) => {
    for (const [place, { failpoint }] of plan.entries())
      if (place % 2 === index && !(await campaign.dieAt(failpoint))) missed.push(failpoint)
  })
  expect(missed).toEqual([])
  console.log(`${died} hubs died at ${names.length} failpoints: ${told}`)
}

test('killed between any two steps of ingest, rotation, sealing and cleaning up', () =>
  dieAtEach(failpoints(ALWAYS), 3, {}))

test('killed between any two steps of dropping files', () =>
  dieAtEach(failpoints(['drop']), 4, { maxBytes: 2_000_000, limited: true }))

// Limits of single servers are kept when nothing waits to be sealed, so files must not fill up quicker than they are sealed.
test('killed when a file was written anew without some of its records', () =>
  dieAtEach(failpoints(['anew']), 6, {
    segmentText: 1_000_000,
    servers: { analytics: { maxRecords: 300 } },
    limited: true,
  }))

test('killed between any two steps of a migration', async () => {
  const names = failpoints(BY_MIGRATION)
  let migrated = 0
  const told = await inHomes(2, {}, async (campaign) => {
    for (const failpoint of names) {
      await campaign.runUntil(5)
      makeOld(campaign.home)
      migrated += oldFiles(campaign.home)
      expect(await campaign.dieAt(failpoint)).toBe(true)
      expect(await campaign.dieAt(`${failpoint}:2`)).toBe(true)
    }
  })
  console.log(
    `${names.length * 4} hubs died at ${names.length} failpoints, ${migrated} files to migrate: ${told}`,
  )
})

test('no failpoint is forgotten', () => {
  const groups = [...ALWAYS, ...BY_LIMITS, ...BY_MIGRATION]
  const all = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => [...readFileSync(join(SOURCES, name), 'utf8').matchAll(/\bfailpoint\('(\w[\w-]*)\./g)])
    .map(([, group]) => group)
  expect(new Set(all)).toEqual(new Set(groups))
})
