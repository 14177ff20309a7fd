/** Records over time: the numbers are the hub's, and a range of them is a drag or a few keys away. */
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { writeRun } from '../kit/captured.ts'
import { tempDir } from '../kit/home.ts'
import { openPage, picture, talk, up } from '../kit/page.ts'
import { waitFor } from '../kit/wait.ts'

interface Answer {
  step: number
  buckets: { time: number; count: number; by?: Record<string, number> }[]
  total: number
}

const asked = async (url: string, search: string): Promise<Answer> =>
  (await (await fetch(`${url}/api/v1/histogram?${search}`)).json()) as Answer

const stored = (url: string, total: number): Promise<Answer> =>
  waitFor(`${total} records`, async () => {
    const answer = await asked(url, 'by=level')
    return answer.total >= total && answer
  })

const histogram = (page: Page) => page.getByRole('region', { name: 'Histogram' })
const slider = (page: Page) => histogram(page).getByRole('slider')

/** What the table says: for each value the sum of its column. */
const sums = async (page: Page): Promise<Record<string, number>> => {
  const table = histogram(page).getByRole('table')
  const [, ...heads] = await table.locator('thead th').allTextContents()
  const rows = await table
    .locator('tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll('td')].map((cell) => Number(cell.textContent))),
    )
  return Object.fromEntries(
    heads.map((head, index) => [head, rows.reduce((sum, row) => sum + (row[index] ?? 0), 0)]),
  )
}

const sumsOf = ({ buckets, total }: Answer): Record<string, number> => {
  const sum: Record<string, number> = { All: total }
  for (const { by } of buckets)
    for (const [value, count] of Object.entries(by ?? {})) sum[value] = (sum[value] ?? 0) + count
  return sum
}

/** A home with records over ten minutes, which ended a minute ago. */
const tenMinutes = (home: string): number => {
  const end = Math.floor(Date.now() / 60_000) * 60_000
  for (let minute = 10; minute > 0; minute--)
    writeRun(home, {
      server: minute % 2 === 0 ? 'even' : 'odd',
      at: end - minute * 60_000,
      messages: Array.from({ length: minute * 3 }, (_, n) => `minute ${minute}, line ${n}`),
    })
  return end
}

test('the numbers are the hub’s, by level and by anything else', async () => {
  const home = tempDir()
  const { url } = await up(home)
  const server = await talk(home, 'analytics', ['analyze'])
  for (let n = 0; n < 4; n++)
    await server.call('analyze', {
      steps: [
        { log: { level: 'warning', data: { msg: 'slow', extra: { shard: `s${n % 2}` } } } },
        { log: { level: 'emergency', data: 'burning' } },
        { stderr: 'plain line' },
      ],
      result: n === 3 ? { error: 'broken' } : 'done',
    })
  await server.close()
  await stored(url, 22)
  const page = await openPage(url)
  await slider(page).waitFor()
  await expect.poll(async () => sums(page), { timeout: 15_000 }).toEqual(sumsOf(await asked(url, 'by=level')))
  await histogram(page).getByRole('button', { name: 'by level' }).click()
  await page.getByRole('menuitemradio', { name: 'source' }).click()
  await page.waitForURL('**/*by=source*')
  await expect
    .poll(async () => sums(page), { timeout: 15_000 })
    .toEqual(sumsOf(await asked(url, 'by=source')))
  await histogram(page).getByRole('button', { name: 'by source' }).click()
  await page.getByRole('menuitemradio', { name: '@shard' }).click()
  await page.waitForURL('**/*by=%40shard*')
  await expect.poll(async () => (await sums(page)).s1, { timeout: 15_000 }).toBe(2)
  expect((await sums(page))['other or none']).toBeGreaterThan(10)
})

test('it goes on counting while records arrive', async () => {
  const home = tempDir()
  const { url } = await up(home)
  const server = await talk(home, 'live', ['say'])
  await server.call('say', { steps: [{ stderr: 'one' }] })
  const page = await openPage(url, { at: '/?q=source:stderr' })
  await expect.poll(async () => (await sums(page)).All, { timeout: 15_000 }).toBe(1)
  await server.call('say', { steps: [{ stderr: 'two' }, { waitMs: 50 }, { stderr: 'three' }] })
  await expect.poll(async () => (await sums(page)).All, { timeout: 15_000 }).toBeGreaterThan(1)
  await server.close()
})

test('a drag zooms into whole bars, a double click out again', async () => {
  const home = tempDir()
  const end = tenMinutes(home)
  const { url } = await up(home)
  await stored(url, 165)
  const from = end - 600_000
  const page = await openPage(url, { at: `/?since=${from}&until=${end}` })
  const over = slider(page).locator('.u-over')
  await over.waitFor()
  const box = await over.boundingBox()
  if (box === null) throw new Error('there is no plot')
  await picture(page, 'histogram-dark')
  const y = box.y + box.height / 2
  // 120 bars, 5 s wide.
  const xOf = (bar: number, share = 0.5): number => box.x + (box.width * (bar + share)) / 120
  await page.mouse.move(xOf(36, 0.2), y)
  const clock = (time: number): string => new Date(time).toISOString().slice(11, 19)
  const { total } = await asked(url, `since=${from + 180_000}&until=${from + 185_000}`)
  expect(total).toBe(22)
  const tip = page.getByText(`${clock(from + 180_000)} – ${clock(from + 185_000)}`).locator('..')
  await tip.getByText(`${total} records`, { exact: true }).waitFor()
  await picture(page, 'histogram-tip')
  await page.mouse.down()
  await page.mouse.move(xOf(50), y, { steps: 4 })
  await page.mouse.move(xOf(59, 0.8), y, { steps: 4 })
  await page.mouse.up()
  await page.waitForURL((address) => address.searchParams.get('since') !== String(from))
  const { searchParams } = new URL(page.url())
  const [since, until] = [Number(searchParams.get('since')), Number(searchParams.get('until'))]
  // What was drawn to choose them is gone.
  expect((await over.locator('.u-select').boundingBox())?.width ?? 0).toBe(0)
  // The first and the last bar are in it, whole.
  expect([since - from, until - from]).toEqual([36 * 5000, 60 * 5000])
  const answer = await asked(url, `by=level&since=${since}&until=${until}`)
  await expect.poll(async () => (await sums(page)).All, { timeout: 15_000 }).toBe(answer.total)
  // A click alone, or a hand that shook a little, chooses nothing.
  await page.mouse.click(xOf(20), y)
  await page.mouse.down()
  await page.mouse.move(xOf(20) + 2, y)
  await page.mouse.up()
  expect(new URL(page.url()).searchParams.get('since')).toBe(String(since))
  await over.dblclick()
  await page.waitForURL(`**/*since=${from}&until=${end}`)
  await page.goBack()
  expect(new URL(page.url()).searchParams.get('since')).toBe(String(since))
})

test('keys alone choose a range: arrows, Shift, Enter, Escape', async () => {
  const home = tempDir()
  const end = tenMinutes(home)
  const { url } = await up(home)
  await stored(url, 165)
  const from = end - 600_000
  const page = await openPage(url, { at: `/?since=${from}&until=${end}` })
  await slider(page).focus()
  await page.keyboard.press('Home')
  const label = async () => (await slider(page).getAttribute('aria-valuetext')) ?? ''
  const clock = (time: number): string => new Date(time).toISOString().slice(11, 19)
  expect(await label()).toContain(`${clock(from)} – ${clock(from + 5000)}, `)
  for (let n = 0; n < 11; n++) await page.keyboard.press('Shift+ArrowRight')
  expect(await label()).toContain(`${clock(from)} – ${clock(from + 60_000)}, `)
  const { total } = await asked(url, `since=${from}&until=${from + 60_000}`)
  expect(await label()).toContain(`, ${total} records`)
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/*since=${from}&until=${from + 60_000}`)
  await page.keyboard.press('Escape')
  await page.waitForURL(`**/*since=${from}&until=${end}`)
})

test('it can be hidden, stays hidden, and keeps its height whatever it has to say', async () => {
  const { url } = await up(tempDir())
  const page = await openPage(url, { allow: /400/ })
  await histogram(page).getByText('No records in this range.').waitFor()
  const height = async () => (await histogram(page).boundingBox())?.height
  expect(await height()).toBe(76)
  await page.goto(`${url}/?q=level:`)
  await histogram(page).getByRole('alert').waitFor()
  expect(await height()).toBe(76)
  await page.keyboard.press('h')
  const show = histogram(page).getByRole('button', { name: 'Show the histogram' })
  await show.waitFor()
  await page.reload()
  await show.click()
  await histogram(page).getByRole('button', { name: 'Hide the histogram' }).waitFor()
})

test('it wears light and speaks Chinese, and resizes with its box', async () => {
  const home = tempDir()
  const end = tenMinutes(home)
  const { url } = await up(home)
  await stored(url, 165)
  const page = await openPage(url, {
    at: `/?since=${end - 900_000}&until=${end}&by=server`,
    theme: 'light',
    language: 'zh',
    width: 1024,
    height: 700,
  })
  const canvas = page.getByRole('region', { name: '直方图' }).locator('canvas')
  await canvas.waitFor()
  await picture(page, 'histogram-zh-light')
  const before = (await canvas.boundingBox())?.width ?? 0
  await page.setViewportSize({ width: 1440, height: 900 })
  await expect.poll(async () => (await canvas.boundingBox())?.width).toBe(before + 416)
})

test('its numbers for who does not see it make no page longer than its window', async () => {
  const home = tempDir()
  const end = Math.floor(Date.now() / 60_000) * 60_000
  for (let minute = 40; minute > 0; minute--)
    writeRun(home, { server: 'steady', at: end - minute * 60_000, messages: ['tick'] })
  const { url } = await up(home)
  await stored(url, 40)
  const page = await openPage(url, { at: `/?since=${end - 2_400_000}&until=${end}`, height: 420 })
  const rows = histogram(page).getByRole('row')
  await expect.poll(() => rows.count(), { timeout: 15_000 }).toBeGreaterThan(39)
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBe(420)
})

test('a hub that is away when the bars are wanted takes nothing else with it, and they come when it is back', async () => {
  const home = tempDir()
  const end = tenMinutes(home)
  const { url } = await up(home)
  // With an exit for each minute.
  await stored(url, 175)
  const page = await openPage(url, { allow: /ERR_|Failed to load/ })
  let asked = 0
  await page.route('**/assets/plot-*', (route) => {
    asked++
    return route.abort()
  })
  await page.goto(`${url}/?since=${end - 600_000}&until=${end}`)
  await waitFor('another attempt', () => asked > 1)
  await histogram(page).getByText('175 records').waitFor()
  await page.getByRole('grid', { name: 'Records' }).getByText('minute 1, line 0').waitFor()
  await page.unroute('**/assets/plot-*')
  await histogram(page).locator('canvas').waitFor()
})
