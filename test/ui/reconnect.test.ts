/** The stream over a hub that dies and a network that fails: every record is there in the end, and none twice. */
import { connect, createServer, type Socket } from 'node:net'
import type { Page } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { tempDir } from '../kit/home.ts'
import { openPage, picture, up } from '../kit/page.ts'
import { grid, loadedCount, scrollRows, upTo } from '../kit/rows.ts'
import { createTraffic } from '../kit/traffic.ts'
import { quiet, waitFor } from '../kit/wait.ts'

const AWAY = /ERR_|Failed to load resource/

const row = (page: Page, text: string) => grid(page).getByRole('row').filter({ hasText: text })

/** Every position among the rows, by scrolling to the first. */
const allPositions = (page: Page): Promise<number[]> =>
  scrollRows(page, 'up', 'the first record', (seen) => seen.has(1))

test('a hub that is killed and started again: the stream goes on by itself, without a gap or a double', async () => {
  const home = tempDir()
  const traffic = createTraffic({ home })
  const run = traffic.begin('analytics')
  onTestFinished(() => traffic.endAll())
  const add = async (count: number): Promise<void> => {
    traffic.append(run, count)
    await traffic.flush()
  }
  const first = await up(home)
  const page = await openPage(first.url, { allow: AWAY })
  await add(300)
  await row(page, '#299').waitFor()
  first.process.kill('SIGKILL')
  await first.process.ended()
  await page.getByRole('button', { name: 'Reconnecting' }).waitFor()
  await picture(page, 'stream-reconnecting')
  await add(249)
  await up(home, { port: Number(new URL(first.url).port) })
  await row(page, '#548').waitFor()
  await page.getByRole('button', { name: 'Live', exact: true }).waitFor()
  await add(51)
  await row(page, '#599').waitFor()
  await page.getByText('600 loaded').waitFor()
  expect(await allPositions(page)).toEqual(upTo(600))
})

/** A way to a port of this machine, which can be cut, and can stand still. */
const cuttable = async (port: number) => {
  const sockets = new Set<Socket>()
  /** From the hub, to the page. */
  const answers = new Map<Socket, Socket>()
  let open = true
  const server = createServer((near) => {
    if (!open) {
      near.destroy()
      return
    }
    const far = connect(port, '127.0.0.1')
    answers.set(far, near)
    far.on('close', () => answers.delete(far))
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.pipe(to)
      from.on('error', () => {})
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    }
  })
  // The hub answers only to its own port, so the same one of another address.
  await new Promise<void>((resolve) => server.listen(port, '::1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return {
    url: `http://[::1]:${port}`,
    cut() {
      open = false
      for (const socket of sockets) socket.destroy()
    },
    mend() {
      open = true
    },
    /** Nobody takes what the hub sends. */
    stall() {
      for (const [from, to] of answers) from.unpipe(to).pause()
    },
    flow() {
      for (const [from, to] of answers) from.pipe(to)
    },
  }
}

test('a network that fails for five seconds, while records come: nothing is missing, nothing is there twice', async () => {
  const home = tempDir()
  const traffic = createTraffic({ home })
  const run = traffic.begin('analytics')
  onTestFinished(() => traffic.endAll())
  const { url } = await up(home)
  const way = await cuttable(Number(new URL(url).port))
  const page = await openPage(way.url, { allow: AWAY })
  const add = async (count: number): Promise<void> => {
    traffic.append(run, count)
    await traffic.flush()
  }
  await add(100)
  await row(page, '#99').waitFor()
  for (let times = 0; times < 10; times++) {
    await add(30)
    if (times === 2) way.cut()
    await quiet(500)
  }
  await page.getByRole('button', { name: 'Reconnecting' }).waitFor()
  way.mend()
  await row(page, '#399').waitFor()
  await page.getByText('400 loaded').waitFor()
  expect(await allPositions(page)).toEqual(upTo(400))
})

test('what the hub skipped because the page was too slow has a row that says so, and loads it', async () => {
  const home = tempDir()
  const traffic = createTraffic({ home, segmentBytes: 8 * 1024 * 1024 })
  const run = traffic.begin('analytics')
  onTestFinished(() => traffic.endAll())
  const { url } = await up(home)
  const way = await cuttable(Number(new URL(url).port))
  const page = await openPage(way.url, { allow: AWAY })
  const add = async (count: number): Promise<void> => {
    traffic.append(run, count)
    await traffic.flush()
  }
  await add(100)
  await row(page, '#99').waitFor()
  way.stall()
  const stored = async (): Promise<number> =>
    ((await (await fetch(`${url}/api/v1/records?limit=1`)).json()) as { last: number }).last
  for (let count = 1100; count <= 40_100; count += 1000) {
    await add(1000)
    await waitFor('the records in the store', async () => (await stored()) === count)
  }
  way.flow()
  await row(page, '#40099').waitFor()
  const skipped = grid(page).getByRole('row', { name: 'The page was too slow' })
  const count = async (): Promise<number> =>
    Number(/([\d,]+) records skipped/.exec((await skipped.textContent()) ?? '')?.[1]?.replaceAll(',', ''))
  // In view, not only there: a click would scroll to it, and rows that scroll are no good aim.
  const inView = async (): Promise<boolean> =>
    (await skipped.count()) === 1 && ((await skipped.boundingBox())?.y ?? 0) > 200
  await scrollRows(page, 'up', 'the row of what was skipped', inView)
  const before = await count()
  expect(before).toBeGreaterThan(1000)
  const last = Math.floor(Number(await skipped.getAttribute('data-position')))
  await picture(page, 'stream-skipped')
  const had = await loadedCount(page)
  await skipped.getByRole('button', { name: 'load them' }).click()
  await expect.poll(() => loadedCount(page), { timeout: 15_000 }).toBe(had + 500)
  await scrollRows(page, 'up', 'the last record before them', (seen) => seen.has(last))
  const loaded = await scrollRows(
    page,
    'down',
    'the row of what is still skipped',
    async () => (await skipped.count()) === 1 && (await count()) === before - 500,
  )
  // Each in its place, and the row that stands for the others behind them.
  const until = last + 500
  expect(loaded.filter((at) => at > last && at <= until + 0.5)).toEqual([
    ...upTo(until).slice(last),
    until + 0.5,
  ])
}, 120_000)
