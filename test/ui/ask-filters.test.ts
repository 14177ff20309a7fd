/** Values, chips and the time range: what a click makes of the question. */
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { someRecords } from '../kit/asked.ts'
import { openPage, picture } from '../kit/page.ts'

const chipsAre = (page: Page, terms: readonly string[]) =>
  page.waitForURL((url) => JSON.stringify(url.searchParams.getAll('f')) === JSON.stringify(terms))
const filters = (page: Page) => page.getByRole('list', { name: 'Filters in effect' })
const chip = (page: Page, term: string) => filters(page).getByRole('button', { name: term, exact: true })

test('a value is asked for, left out, highlighted, and put in the place of everything', async () => {
  const page = await openPage(await someRecords(), { at: '/?q=source:call' })
  const value = page.getByRole('main').getByRole('button', { name: 'files', exact: true }).first()
  // A row's values are buttons while the pointer is on it.
  const point = () => page.getByRole('row').filter({ hasText: 'files' }).first().hover()
  const choose = async (name: RegExp): Promise<void> => {
    await point()
    await value.click()
    await page.getByRole('menuitem', { name }).click()
  }
  await choose(/^Only this(?! and)/)
  await chipsAre(page, ['server:files'])
  await point()
  await value.press('x')
  await chipsAre(page, ['-server:files'])
  await page.goBack()
  await chipsAre(page, ['server:files'])
  await choose(/^Highlight/)
  await page.waitForURL(/mark=files/)
  await picture(page, 'ask-chips')
  await page.getByRole('button', { name: 'Stop highlighting' }).click()
  await page.waitForURL((url) => !url.searchParams.has('mark'))
  await choose(/nothing else/)
  await page.waitForURL((url) => !url.searchParams.has('q'))
  await chipsAre(page, ['server:files'])
})

test('a chip is switched off and on, edited in the box, and taken away', async () => {
  const page = await openPage(await someRecords(), { at: '/?f=server:files&f=-level:debug' })
  await chip(page, 'server:files').click()
  await chipsAre(page, ['~server:files', '-level:debug'])
  expect(await chip(page, 'server:files').getAttribute('aria-pressed')).toBe('false')
  await page.reload()
  expect(await chip(page, 'server:files').getAttribute('aria-pressed')).toBe('false')
  await chip(page, 'server:files').click()
  await chipsAre(page, ['server:files', '-level:debug'])
  await filters(page).getByRole('button', { name: 'All off' }).click()
  await chipsAre(page, ['~server:files', '~-level:debug'])
  await filters(page).getByRole('button', { name: 'Edit server:files' }).click()
  await chipsAre(page, ['~-level:debug'])
  expect(await page.getByRole('combobox', { name: 'Query' }).inputValue()).toBe('server:files')
  await filters(page).getByRole('button', { name: 'Remove -level:debug' }).click()
  await chipsAre(page, [])
  await filters(page).waitFor({ state: 'hidden' })
})

test('the time is chosen from a list or typed, told in words, widened and cleared', async () => {
  const page = await openPage(await someRecords())
  const time = page.getByRole('button', { name: /^Time range:/ })
  await time.click()
  await page.getByRole('button', { name: 'Last 15 minutes' }).click()
  await page.waitForURL(/since=now-15m/)
  expect(await time.textContent()).toBe('Last 15 minutes')
  await time.click()
  await page.getByRole('textbox', { name: 'From' }).fill('yesterday')
  await page.keyboard.press('Enter')
  await page.getByText('Write 2026-11-22 14:30').waitFor()
  await page.getByRole('textbox', { name: 'From' }).fill('2026-11-20 10:00')
  await page.getByRole('textbox', { name: 'To' }).fill('2026-11-20 11:00')
  await picture(page, 'ask-time')
  await page.keyboard.press('Enter')
  const [from, to] = [Date.UTC(2026, 10, 20, 10), Date.UTC(2026, 10, 20, 11)]
  await page.waitForURL(new RegExp(`since=${from}&until=${to}`))
  expect(await time.textContent()).toBe('2026-11-20 10:00:00 – 2026-11-20 11:00:00')
  await page.getByRole('banner').getByRole('button', { name: 'Zoom out' }).click()
  await page.waitForURL(new RegExp(`since=${from - 1_800_000}&until=${to + 1_800_000}`))
  await page.getByRole('button', { name: 'Clear the time range' }).click()
  await page.waitForURL((url) => !url.searchParams.has('since'))
  expect(await time.textContent()).toBe('All time')
})
