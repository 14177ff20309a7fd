/** The filters on the left: they count as the API does, and a click makes them the question. */
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { someRecords } from '../kit/asked.ts'
import { tempDir } from '../kit/home.ts'
import { openPage, picture, talk, up } from '../kit/page.ts'

const filters = (page: Page) => page.getByRole('navigation', { name: 'Filters' })
const group = (page: Page, name: string) => filters(page).getByRole('region', { name })
const chipsAre = (page: Page, terms: readonly string[]) =>
  page.waitForURL((url) => JSON.stringify(url.searchParams.getAll('f')) === JSON.stringify(terms))

/** What a group shows: values with counts, as `{ files: 13 }`. */
const shown = async (page: Page, name: string): Promise<Record<string, number>> => {
  const buttons = group(page, name).locator('li > button[title]:not([aria-label])')
  await buttons.first().waitFor()
  const texts = await buttons.evaluateAll((all) =>
    all.map((one) => [...one.children].map((part) => part.textContent)),
  )
  return Object.fromEntries(
    texts.map(([value = '', count]) => [value?.replace(/^[○●◆▲■◼◉✖]/u, ''), Number(count)]),
  )
}

const counted = async (url: string, field: string, q = ''): Promise<Record<string, number>> => {
  const answer = await fetch(`${url}/api/v1/facets?${new URLSearchParams({ field, q })}`)
  const { facets } = (await answer.json()) as { facets: { values: { value: string; count: number }[] }[] }
  return Object.fromEntries((facets[0]?.values ?? []).map(({ value, count }) => [value, count]))
}

test('values are counted as the API counts them, and narrow each other down', async () => {
  const url = await someRecords()
  const page = await openPage(url)
  for (const [name, field] of [
    ['Level', 'level'],
    ['Server', 'server'],
    ['Outcome', 'status'],
  ] as const)
    expect(await shown(page, name)).toEqual(await counted(url, field))

  await group(page, 'Server')
    .getByRole('button', { name: /^files/ })
    .click()
  await chipsAre(page, ['server:files'])
  await group(page, 'Server')
    .getByRole('button', { name: /^my weather/ })
    .waitFor({ state: 'hidden' })
  expect(await shown(page, 'Level')).toEqual(await counted(url, 'level', 'server:files'))
  const files = group(page, 'Server').getByRole('button', { name: /^files/ })
  expect(await files.getAttribute('aria-pressed')).toBe('true')
  await page.reload()
  expect(await files.getAttribute('aria-pressed')).toBe('true')
  await files.click()
  await chipsAre(page, [])

  await group(page, 'Server')
    .getByRole('button', { name: /^my weather/ })
    .click({ modifiers: ['Alt'] })
  await chipsAre(page, ['-server:"my weather"'])
  const without = group(page, 'Server').getByRole('button', { name: 'Without server:"my weather"' })
  expect(await without.getAttribute('aria-pressed')).toBe('true')
  await without.click()
  await chipsAre(page, [])
})

test('a chosen value stays, though nothing has it; a group is folded, and an attribute added, for good', async () => {
  const page = await openPage(await someRecords(), { at: '/?q=nothinghasthis&f=server:files' })
  await group(page, 'Server')
    .getByRole('button', { name: /^files\s*0/ })
    .waitFor()
  await group(page, 'Server')
    .getByRole('button', { name: /^files/ })
    .click()
  await filters(page).getByText('Nothing matches').waitFor()
  await page.getByRole('button', { name: 'Clear the query' }).click()
  await filters(page).getByRole('button', { name: 'Level', exact: true }).click()
  await group(page, 'Level').getByRole('button', { name: /^info/ }).waitFor({ state: 'hidden' })
  await filters(page).getByRole('button', { name: 'Add a filter' }).click()
  await page.getByRole('menuitem', { name: /@user\.id/ }).click()
  await group(page, '@user.id').getByRole('button', { name: /^42/ }).click()
  await chipsAre(page, ['@user.id:42'])
  await picture(page, 'facets')
  await page.reload()
  await group(page, '@user.id').getByRole('button', { name: /^42/ }).waitFor()
  expect(await group(page, 'Level').getByRole('button', { name: /^info/ }).count()).toBe(0)
  await group(page, '@user.id').getByRole('button', { name: 'Remove the filter @user.id' }).click()
  await group(page, '@user.id').waitFor({ state: 'hidden' })
})

test('servers are told apart by their colours, also where their names would give them the same', async () => {
  const home = tempDir()
  const { url } = await up(home)
  // By name alone, the first two are alike.
  for (const server of ['files', 'indexer', 'payments']) {
    const talker = await talk(home, server, ['run'])
    await talker.call('run')
    await talker.close()
  }
  const page = await openPage(url)
  const colorOf = (server: string): Promise<string> =>
    page
      .getByRole('main')
      .getByText(server, { exact: true })
      .first()
      .evaluate((name) => getComputedStyle(name).color)
  await expect
    .poll(async () => new Set(await Promise.all(['files', 'indexer', 'payments'].map(colorOf))).size, {
      timeout: 15_000,
    })
    .toBe(3)
})
