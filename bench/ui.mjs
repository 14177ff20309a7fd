// The page, in Chromium at 1440x900, on a hub fed by a server behind a real tap: frames while a thousand records a second arrive and
// what they leave in memory, the way of a record from the server's write to the screen, how fast the page opens on a big store,
// what it weighs, and what an open page costs the hub. `ui`, or `ui=SECONDS,RECORDS` (60 and 1000000).
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { median, quantile, verdict } from './lib/figures.mjs'
import { startFlow } from './lib/flow.mjs'
import { startHub } from './lib/hub.mjs'
import { launch, openWatched } from './lib/page.mjs'
import { writeJournals } from './lib/store-records.mjs'

const PAGE = fileURLToPath(new URL('../packages/logboom/dist/ui/', import.meta.url))
/** What fills up first (rows kept, code compiled) is no leak. */
const FILL_SECONDS = 45
const DELAY_SECONDS = 15
const IDLE_SECONDS = 20
const OPENINGS = 5
/** The page has settled when nothing of it has changed for so long. Milliseconds. */
const CALM = 600

const withHub = async (work, args) => {
  const home = mkdtempSync(path.join(os.tmpdir(), 'logboom-bench-ui-'))
  const hub = await startHub(home, args)
  try {
    return await work(hub, home)
  } finally {
    await hub.stop()
    rmSync(home, { recursive: true, force: true })
  }
}

const withFlow = (work) =>
  withHub(async (hub, home) => {
    const browser = await launch()
    const flow = await startFlow(home)
    try {
      return await work({ hub, flow, browser })
    } finally {
      await flow.close()
      await browser.close()
    }
  })

/** Frames in each second between two times. */
const perSecond = (frames, from, until) => {
  const counts = new Array(Math.floor((until - from) / 1000)).fill(0)
  for (const frame of frames) {
    const second = Math.floor((frame - from) / 1000)
    if (second >= 0 && second < counts.length) counts[second]++
  }
  return counts
}

/** A thousand records a second. The collection of garbage at the start is the bench's doing: its second does not count. */
const smoothness = (seconds) =>
  withFlow(async ({ hub, flow, browser }) => {
    const { page, seen, memory, close } = await openWatched(browser, hub.url)
    const now = () => page.evaluate(() => performance.now())
    const run = flow.run(1000, FILL_SECONDS + seconds)
    await wait(FILL_SECONDS * 1000)
    const collected = await now()
    const filled = await memory()
    await run
    const end = await now()
    const { frames, tasks } = await seen()
    const last = await memory()
    await close()
    const from = end - seconds * 1000
    const spared = Math.floor((collected - from) / 1000)
    const counts = perSecond(frames, from, end).filter(
      (_, second) => second !== spared && second !== spared + 1,
    )
    const long = tasks.filter(([at]) => at > from && (at < collected || at > collected + 2000))
    const blocked = long.reduce((sum, [, ms]) => sum + ms, 0)
    return [
      verdict(
        'UI frames a second at 1k records/s',
        median(counts),
        55,
        'more',
        `worst second ${Math.min(...counts)}, ${seconds} s`,
      ),
      verdict(
        'UI ms a second in tasks over 50 ms',
        blocked / seconds,
        50,
        'less',
        `${long.length} of them, longest ${Math.max(0, ...long.map(([, ms]) => ms)).toFixed(0)} ms`,
      ),
      verdict(
        'UI heap at the end over the start',
        last.mb / filled.mb,
        1.2,
        'less',
        `${filled.mb.toFixed(1)} MB, then ${last.mb.toFixed(1)} MB, garbage collected; ${seconds}k records after ${FILL_SECONDS}k`,
      ),
      verdict('UI elements of the document', last.nodes, 2500, 'less', `${filled.nodes} at the start`),
    ]
  })

/**
 * From the server's write to the frame in which the record, or a later one, was painted: rows that came and went between two frames
 * were never on screen, and count as painted with what came after them.
 */
const delay = () =>
  withFlow(async ({ hub, flow, browser }) => {
    const { page, seen, close } = await openWatched(browser, hub.url)
    await flow.run(50, 2)
    await page.reload()
    const { first, times } = await flow.run(2000, DELAY_SECONDS)
    await wait(2000)
    const { painted } = await seen()
    await close()
    const delays = []
    let next = 0
    for (const [at, n] of painted) for (; next <= n - first; next++) delays.push(at - times[next])
    return [
      verdict(
        'P7 write to screen p95 ms',
        delays.length === 0 ? Number.NaN : quantile(delays, 0.95),
        300,
        'less',
        `at 2k records/s; p50 ${quantile(delays, 0.5).toFixed(0)}, p99 ${quantile(delays, 0.99).toFixed(0)} ms; ${times.length - next} of ${times.length} not painted`,
      ),
    ]
  })

/** From the navigation to the first rows painted, and to the last change before it is calm. */
const opening = async (browser, url) => {
  const { page, seen, close } = await openWatched(browser, url)
  await page.waitForFunction(() => window.seen.firstRow > 0, undefined, { timeout: 30_000 })
  // Counts come later than the page is calm: the histogram is drawn, and the filters have values.
  await page.waitForSelector('main canvas', { timeout: 30_000 })
  await page.waitForSelector('nav[aria-label="Filters"] li', { timeout: 30_000 })
  await page.waitForFunction((calm) => performance.now() - window.seen.changed > calm, CALM, {
    timeout: 30_000,
  })
  const { firstRow, changed } = await seen()
  const script = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter(({ name }) => name.endsWith('.js'))
      .map(({ startTime, encodedBodySize }) => [startTime, encodedBodySize]),
  )
  await close()
  return { firstRow, settled: changed, script }
}

const sizeOf = (directory) =>
  readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0)

const bigStore = async (records) => {
  const home = mkdtempSync(path.join(os.tmpdir(), 'logboom-bench-ui-'))
  const { written } = writeJournals(home, records)
  const hub = await startHub(home, ['--max-size', '100gb', '--max-age', '3000d'])
  const browser = await launch()
  try {
    while ((await hub.metric('logboom_records_stored_total')) < written) await wait(200)
    while ((await hub.metric('logboom_store_unsealed_files')) > 0) await wait(200)
    await opening(browser, hub.url)
    const rounds = []
    for (let i = 0; i < OPENINGS; i++) rounds.push(await opening(browser, hub.url))
    const label = `${records / 1e6}M`
    const settled = median(rounds.map((round) => round.settled))
    const { firstRow, script } = rounds[0]
    const first = script.filter(([at]) => at < firstRow).reduce((sum, [, bytes]) => sum + bytes, 0)
    return [
      verdict(
        `UI first rows of ${label} ms`,
        median(rounds.map((round) => round.firstRow)),
        1000,
        'less',
        `from navigation, nothing cached, median of ${OPENINGS}`,
      ),
      verdict(
        `UI all of ${label} settled ms`,
        settled,
        3000,
        'less',
        'facets and histogram counted and drawn',
      ),
      verdict('UI kB of JavaScript for the first rows', first / 1000, 250, 'less', 'gzip, as it was sent'),
      verdict('UI MB of all its files', sizeOf(PAGE) / 1e6, 1.5, 'less', ''),
    ]
  } finally {
    await browser.close()
    await hub.stop()
    rmSync(home, { recursive: true, force: true })
  }
}

/** CPU of the hub with a page that only looks, over that without one, where nothing is logged. */
const idle = () =>
  withFlow(async ({ hub, flow, browser }) => {
    await flow.run(500, 4)
    await wait(3000)
    const cpu = async () => {
      const before = hub.cost().cpuUs
      await wait(IDLE_SECONDS * 1000)
      return (hub.cost().cpuUs - before) / 1000 / IDLE_SECONDS
    }
    const alone = await cpu()
    const { close } = await openWatched(browser, hub.url)
    await wait(3000)
    const watched = await cpu()
    await close()
    return [
      verdict(
        'UI idle page, CPU ms a second of the hub',
        watched - alone,
        20,
        'less',
        `${alone.toFixed(1)} without a page, ${watched.toFixed(1)} with one`,
      ),
    ]
  })

/** @param seconds of the thousand records a second; @param records in the big store */
export const ui = async (seconds = 60, records = 1_000_000) => [
  ...(await smoothness(Number(seconds))),
  ...(await delay()),
  ...(await bigStore(Number(records))),
  ...(await idle()),
]
