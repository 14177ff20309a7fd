/** The bottom line: the promise in numbers that add up, and how the hub is. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempDir } from '../kit/home.ts'
import { openPage, picture, talk, up } from '../kit/page.ts'
import { fillDisk, smallDisk } from '../kit/small-disk.ts'
import { waitFor } from '../kit/wait.ts'

interface Stats {
  servers: { records: number; runs: number }[]
  dropped: Record<string, number>
  hub: { version: string; lagMs: number; atRisk: { records: number; bytes: number } }
}

const DAY_MS = 86_400_000

const statsOf = async (url: string): Promise<Stats> =>
  (await fetch(`${url}/api/v1/stats`)).json() as Promise<Stats>

const numbers = (text: string): number[] =>
  [...text.matchAll(/[\d,]+/g)].map(([n]) => Number(n.replaceAll(',', '')))

test('the bottom line counts servers, and what was captured adds up as the API has it', async () => {
  const home = tempDir()
  const { url } = await up(home)
  const files = await talk(home, 'files', ['read'])
  const weather = await talk(home, 'weather', ['forecast'])
  await files.call('read', { steps: [{ stderr: 'reading' }] })
  await weather.call('forecast')
  await weather.close()
  // Two processes of one server that live are one server that is alive.
  const twin = await talk(home, 'files', ['read'])
  const page = await openPage(url)
  const bar = page.getByRole('contentinfo')
  await bar.getByText('2 servers, 1 alive').waitFor()
  await waitFor('the numbers of the API', async () => {
    const { servers, dropped, hub } = await statsOf(url)
    const stored = servers.reduce((all, { records }) => all + records, 0)
    const lost = Object.values(dropped).reduce((all, n) => all + n, 0)
    const parts = [stored, hub.atRisk.records, lost]
    const [captured, ...shown] = numbers((await bar.getByText('captured').textContent()) ?? '')
    const addsUp = captured === parts.reduce((all, n) => all + n, 0)
    return addsUp && shown.slice(0, 3).join() === parts.join() && stored > 0
  })
  const { hub } = await statsOf(url)
  await bar.getByText(new RegExp(`^store [1-9][\\d.]* [KM]iB · hub ${hub.version}$`)).waitFor()
  await picture(page, 'status')
  await files.close()
  await twin.close()
  await bar.getByText('2 servers, 0 alive').waitFor()
})

test('a click on the account says where every record is, and why some are gone', async () => {
  const home = tempDir()
  const { url } = await up(home)
  const files = await talk(home, 'files', ['read'])
  await files.call('read')
  await files.close()
  // A journal whose numbers jump: five records were never written.
  const run = '0198c0de-0000-7000-8000-000000000001'
  const record = (seq: number) =>
    JSON.stringify({
      id: `0198c0de-0000-7000-8000-00000000010${seq}`,
      ...{
        time: Date.now(),
        observed: Date.now(),
        seq,
        level: 'info',
        server: 'gappy',
        run,
        source: 'stderr',
      },
      ...{ message: `number ${seq}`, attributes: {} },
    })
  const header = JSON.stringify({
    logboom: 1,
    run,
    server: 'gappy',
    pid: 999999,
    pidStart: 'gone',
    segment: 0,
  })
  writeFileSync(join(home, 'journal', `${run}.0.ndjson`), `${[header, record(0), record(6)].join('\n')}\n`)
  const page = await openPage(url)
  await page
    .getByRole('contentinfo')
    .getByRole('button', { name: /dropped 5$/ })
    .click()
  const dialog = page.getByRole('dialog', { name: 'Where every record is' })
  const lines = dialog.locator('dl > div')
  await lines
    .filter({ has: page.getByRole('term').getByText('unknown', { exact: true }) })
    .filter({ hasText: 'missing numbers that nothing explains' })
    .waitFor()
  const names = await lines.getByRole('term').allTextContents()
  expect(names).toEqual(['stored', 'queued', 'dropped', 'unknown', 'captured'])
  const amounts = await Promise.all(
    (await lines.all()).map((line) => line.getByRole('definition').first().textContent()),
  )
  const [stored = 0, queued = 0, dropped, unknown, captured] = amounts.map(Number)
  expect([dropped, unknown, captured]).toEqual([5, 5, stored + queued + 5])
  await picture(page, 'status-account')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
})

test('a hub that is gone is told, and forgotten when it is back', async () => {
  const home = tempDir()
  const first = await up(home)
  const page = await openPage(first.url, { allow: /ERR_|Failed to load/ })
  const bar = page.getByRole('contentinfo')
  await bar.getByText('0 servers').waitFor()
  first.process.kill('SIGTERM')
  await first.process.ended()
  await bar.getByText(/^■ The hub does not answer · numbers of \d\d:\d\d:\d\d$/).waitFor()
  expect(await bar.getByText('0 servers').count()).toBe(1)
  await picture(page, 'status-offline')
  await page.clock.setFixedTime(Date.now() + DAY_MS)
  await bar.getByText(/numbers of \d\d-\d\d \d\d:\d\d:\d\d$/).waitFor()
  await up(home, { port: Number(new URL(first.url).port) })
  await bar.getByText('The hub does not answer').waitFor({ state: 'hidden' })
  await talk(home, 'files', ['read'])
  await bar.getByText('1 server, 1 alive').waitFor()
})

test('a hub that falls behind says by how much, and marks what it only estimates', async () => {
  const { url } = await up(tempDir())
  const page = await openPage(url)
  await page.route('**/api/v1/stats', async (route) => {
    const response = await route.fetch()
    const stats = (await response.json()) as Stats
    const behind = { lagMs: 4200, atRisk: { records: 1234, bytes: 5 * 1024 * 1024 } }
    await route.fulfill({ response, json: { ...stats, hub: { ...stats.hub, ...behind } } })
  })
  const bar = page.getByRole('contentinfo')
  await bar.getByText('storing 4.20 s behind').waitFor()
  await bar.getByText('captured ≈ 1,234 = stored 0 + queued ≈ 1,234 + dropped 0').waitFor()
  await bar.getByText('at risk now ≈ 1,234').click()
  await page.getByRole('dialog').getByText('written to a journal (5.0 MiB), not yet stored').waitFor()
})

test('a full disk is told, with what to do and what is at risk, until there is room again', async () => {
  const disk = smallDisk(16)
  if (disk === undefined) return
  // The journals are elsewhere: captures go on, and the hub has something that it cannot store.
  const home = join(disk, 'home')
  mkdirSync(home)
  symlinkSync(tempDir(), join(home, 'journal'))
  const { url } = await up(home)
  const files = await talk(home, 'files', ['read'])
  await files.call('read')
  const page = await openPage(url)
  const bar = page.getByRole('contentinfo')
  await bar.getByText('1 server, 1 alive').waitFor()
  const ballast = fillDisk(disk)
  // More than the store's files have room for.
  const steps = Array.from({ length: 100 }, () => ({ stderr: randomBytes(10_000).toString('hex') }))
  await files.call('read', { steps })
  await bar.getByText('Nothing can be stored:').waitFor()
  await bar.getByText('Free some space').waitFor()
  await bar.getByText('no room for records').waitFor()
  await bar.getByText(/at risk now (≈ )?[1-9]/).waitFor()
  await picture(page, 'status-full')
  rmSync(ballast)
  await bar.getByText('Nothing can be stored:').waitFor({ state: 'hidden' })
  await bar.getByText('at risk now').waitFor({ state: 'hidden' })
})
