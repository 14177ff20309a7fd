/** The calls: found, filtered, followed live, and seen beside each other. */
import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { tempDir } from '../kit/home.ts'
import { openPage, picture, talk, up } from '../kit/page.ts'

const table = (page: Page) => page.getByRole('grid', { name: 'Calls' })
const waterfall = (page: Page) => page.getByRole('grid', { name: 'Waterfall' })
/** Without the row that names the columns. */
const rows = (page: Page) =>
  table(page)
    .getByRole('row')
    .filter({ has: page.getByRole('gridcell') })

const boxOf = async (locator: Locator) => {
  const box = await locator.boundingBox()
  if (box === null) throw new Error('not in sight')
  return box
}

test('the failed call is found among the others, and its story opens beside by click', async () => {
  const home = tempDir()
  const { url } = await up(home)
  const files = await talk(home, 'files', ['read', 'write'])
  await files.call('read')
  await files.call('write', { result: { error: 'disk is full' } })
  await files.call('read', { steps: [{ waitMs: 1100 }] })
  const page = await openPage(url, { at: '/calls' })
  await table(page).getByText('1.').first().waitFor()
  await expect.poll(() => rows(page).count()).toBe(3)
  // Newest first.
  expect(await rows(page).allTextContents()).toEqual([
    expect.stringContaining('read'),
    expect.stringContaining('write'),
    expect.stringContaining('read'),
  ])
  await page.getByRole('button', { name: 'Failed' }).click()
  await expect.poll(() => rows(page).count()).toBe(1)
  expect(new URL(page.url()).searchParams.getAll('f')).toEqual(['status:error'])
  await rows(page).getByText('disk is full').waitFor()
  await page.getByRole('button', { name: 'Slow: over 1 s' }).click()
  await page.getByRole('heading', { name: 'No calls' }).waitFor()
  await page.getByRole('button', { name: 'Failed' }).click()
  await rows(page).filter({ hasText: 'read' }).first().waitFor()
  expect(await rows(page).filter({ hasText: 'write' }).count()).toBe(0)
  await page.getByRole('button', { name: 'All', exact: true }).click()
  await expect.poll(() => rows(page).count()).toBe(3)
  await picture(page, 'calls-table')
  await rows(page).filter({ hasText: 'write' }).click()
  await page
    .getByRole('complementary', { name: 'Details' })
    .getByRole('heading', { level: 2, name: /write/ })
    .waitFor()
  await picture(page, 'calls-beside')
  await page.keyboard.press('Escape')
  await page.getByRole('complementary', { name: 'Details' }).waitFor({ state: 'hidden' })
})

test('a server or a client in a row is asked for by a click, which does not open the call', async () => {
  const home = tempDir()
  const { url } = await up(home)
  const files = await talk(home, 'files', ['read', 'write'])
  const web = await talk(home, 'web', ['read'])
  await files.call('read')
  await files.call('write')
  await web.call('read')
  const page = await openPage(url, { at: '/calls' })
  await expect.poll(() => rows(page).count()).toBe(3)
  const chosen = async (value: Locator, act: RegExp) => {
    await value.click()
    await page.getByRole('menuitem', { name: act }).click()
    await page.getByRole('menu').waitFor({ state: 'hidden' })
  }
  const client = (await rows(page).first().getByRole('gridcell').nth(4).textContent()) ?? ''
  await chosen(rows(page).first().getByRole('button', { name: client }), /^Only this(?! and)/)
  await chosen(rows(page).filter({ hasText: 'web' }).getByRole('button', { name: 'web' }), /^Without this/)
  await expect.poll(() => rows(page).count()).toBe(2)
  const { searchParams } = new URL(page.url())
  expect(searchParams.getAll('f')).toEqual([expect.stringMatching(/^client:/), '-server:web'])
  expect(searchParams.has('call')).toBe(false)
  // No value in the list is a stop of the Tab key: the list itself is.
  expect(await rows(page).locator('button:not([tabindex="-1"])').count()).toBe(0)
  await rows(page).first().getByText('write').click()
  await page.waitForURL(/[?&]call=/)
})

test('what the protocol says about itself is shown when it is asked for, and that is remembered', async () => {
  const home = tempDir()
  const { url } = await up(home)
  const files = await talk(home, 'files', ['read'])
  await files.call('read')
  const page = await openPage(url, { at: '/calls' })
  await rows(page).filter({ hasText: 'read' }).waitFor()
  const chatter = rows(page).filter({ hasText: /ok.*server\/discover/ })
  expect(await chatter.count()).toBe(0)
  await page.getByRole('checkbox', { name: 'Protocol calls' }).check()
  await chatter.first().waitFor()
  await page.reload()
  await chatter.first().waitFor()
})

test('new calls appear without moving what is read, and a button leads to them', async () => {
  const home = tempDir()
  const { url } = await up(home)
  const files = await talk(home, 'files', ['read', 'fresh'])
  for (let i = 0; i < 60; i++) await files.call('read', { number: i })
  const page = await openPage(url, { at: '/calls', height: 500 })
  await page.getByText('60 calls').waitFor()
  await table(page).hover()
  await page.mouse.wheel(0, 600)
  const read = table(page).getByRole('row').nth(20)
  const id = await read.getAttribute('id')
  const row = page.locator(`[id="${id}"]`)
  const before = (await boxOf(row)).y
  for (let i = 0; i < 4; i++) await files.call('fresh')
  const news = page.getByRole('button', { name: '4 new' })
  await news.waitFor()
  expect((await boxOf(row)).y).toBe(before)
  await news.click()
  await rows(page).filter({ hasText: 'fresh' }).first().waitFor()
  await news.waitFor({ state: 'hidden' })
})

test('pages of older calls are loaded to the first one', async () => {
  const home = tempDir()
  const { url } = await up(home)
  const files = await talk(home, 'files', ['first', 'read'])
  await files.call('first')
  for (let i = 0; i < 210; i++) await files.call('read')
  const page = await openPage(url, { at: '/calls' })
  await page.getByText('the newest 200').waitFor()
  await page.getByRole('button', { name: 'Load more' }).click()
  await page.getByText('211 calls').waitFor()
  await page.keyboard.press('End')
  await rows(page).filter({ hasText: 'first' }).waitFor()
})

test('a running call counts, is told from those that ended, and is suspected once it runs too long', async () => {
  const home = tempDir()
  const { url } = await up(home)
  const web = await talk(home, 'web', ['fetch'])
  for (let i = 0; i < 20; i++) await web.call('fetch')
  const answer = web.call('fetch', { steps: [{ waitMs: 12_000 }] })
  const page = await openPage(url, { at: '/calls' })
  await expect.poll(() => rows(page).count()).toBe(21)
  await page.getByRole('button', { name: 'Running' }).click()
  await page.getByText('1 running, among the newest 21').waitFor()
  await rows(page).getByRole('timer').waitFor()
  // Its twenty calls before took some milliseconds.
  await rows(page).getByText('hung?').waitFor()
  await rows(page)
    .getByText(/longer than 99 % of this tool's 20 calls/)
    .waitFor()
  await picture(page, 'calls-running')
  await answer
  await page.getByText('No call is running at the moment.').waitFor()
})

test('the waterfall shows what ran beside what on two servers, and nests what a trace says', async () => {
  const home = tempDir()
  const { url } = await up(home)
  const trace = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }
  const outer = await talk(home, 'planner', ['plan'])
  const inner = await talk(home, 'search', ['find'])
  const alone = await talk(home, 'alone', ['think'])
  const planned = outer.client.call('plan', { steps: [{ waitMs: 4000 }] }, { meta: trace })
  const thought = alone.call('think', { steps: [{ waitMs: 600 }], result: { error: 'no idea' } })
  await thought
  await inner.client.call('find', { steps: [{ waitMs: 300 }] }, { meta: trace })
  await planned
  const page = await openPage(url, { at: '/calls' })
  await expect.poll(() => rows(page).count()).toBe(3)
  await page.getByRole('button', { name: 'Waterfall' }).click()
  const lanes = waterfall(page).getByRole('row')
  await expect.poll(() => lanes.count()).toBe(3)
  // By start; what was made within the plan stands below it though it began last.
  const names = await waterfall(page).getByRole('rowheader').allTextContents()
  expect(names.map((name) => /plan$|find|think/.exec(name)?.[0])).toEqual(['plan', 'find', 'think'])
  expect(names[1]).toContain('↳')
  const bar = (name: RegExp) => boxOf(lanes.filter({ hasText: name }).getByTestId('bar'))
  const [plan, find, think] = [await bar(/planner/), await bar(/search/), await bar(/alone/)]
  expect(find.x).toBeGreaterThan(plan.x)
  expect(find.x + find.width).toBeLessThanOrEqual(plan.x + plan.width)
  expect(think.width / plan.width).toBeGreaterThan(0.1)
  expect(think.width / plan.width).toBeLessThan(0.6)
  await lanes.filter({ hasText: 'search' }).hover()
  await page.getByText(/^\d{4}-\d\d-\d\d .*\+00:00$/).waitFor()
  await picture(page, 'calls-waterfall')

  // Zoomed by drag into the first quarter, the search, which began later, is out of sight.
  const axis = await boxOf(page.getByTitle('Time; drag to zoom in'))
  await page.mouse.move(axis.x + 1, axis.y + 10)
  await page.mouse.down()
  await page.mouse.move(axis.x + axis.width * 0.15, axis.y + 10, { steps: 4 })
  await page.mouse.up()
  await expect.poll(() => new URL(page.url()).searchParams.has('since')).toBe(true)
  await expect.poll(() => lanes.filter({ hasText: 'search' }).count()).toBe(0)
  await page.getByRole('button', { name: 'Whole time' }).click()
  await expect.poll(() => lanes.count()).toBe(3)

  // The story of the plan tells what ran meanwhile too.
  await lanes.filter({ hasText: 'planner' }).click()
  const story = page.getByRole('complementary', { name: 'Details' })
  await story.getByRole('heading', { name: 'Meanwhile, and of the same trace' }).waitFor()
  await story.getByRole('link', { name: /search find/ }).click()
  await story.getByRole('heading', { level: 2, name: /find/ }).waitFor()
  await picture(page, 'calls-waterfall-beside')
})

test('the calls are read by keyboard alone', async () => {
  const home = tempDir()
  const { url } = await up(home)
  const files = await talk(home, 'files', ['one', 'two', 'three'])
  for (const tool of ['one', 'two', 'three']) await files.call(tool)
  const page = await openPage(url, { at: '/' })
  await page.keyboard.press('2')
  await expect.poll(() => rows(page).count()).toBe(3)
  const cursor = table(page).locator('[aria-selected="true"]')
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await cursor.filter({ hasText: 'two' }).waitFor()
  await page.keyboard.press('k')
  await cursor.filter({ hasText: 'three' }).waitFor()
  await page.keyboard.press('ArrowDown')
  // Where the focus is on the list, Space shows beside; the story goes with the cursor then.
  await table(page).focus()
  await page.keyboard.press(' ')
  const story = page.getByRole('complementary', { name: 'Details' })
  await story.getByRole('heading', { level: 2, name: /two/ }).waitFor()
  await page.keyboard.press('j')
  await story.getByRole('heading', { level: 2, name: /one/ }).waitFor()
  await page.keyboard.press('Escape')
  await story.waitFor({ state: 'hidden' })
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: /one/ }).waitFor()
  await page.keyboard.press('Escape')
  await expect.poll(() => rows(page).count()).toBe(3)
})

test('a hub that has seen no call says what will be here, in both languages', async () => {
  const { url } = await up(tempDir())
  const page = await openPage(url, { at: '/calls' })
  await page.getByText('A call appears here when a client calls a tool').waitFor()
  const chinese = await openPage(url, {
    at: '/calls?q=server:x',
    language: 'zh',
    theme: 'light',
    width: 1024,
    height: 700,
  })
  await chinese.getByText('没有符合条件的调用').waitFor()
})
