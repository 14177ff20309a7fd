/** The frame of the page: it opens, and its views are a click or a key away. */
import type { Route } from 'playwright-core'
import { expect, test } from 'vitest'
import { tempDir } from '../kit/home.ts'
import { openPage, picture, up } from '../kit/page.ts'

test('the page opens, and every view has an address, a link and a key', async () => {
  const { url } = await up(tempDir())
  const page = await openPage(url)
  const views = page.getByRole('navigation', { name: 'Views' })
  for (const [key, name, path] of [
    ['2', 'Calls', '/calls'],
    ['3', 'Tools', '/tools'],
    ['4', 'Servers', '/servers'],
    ['5', 'Patterns', '/patterns'],
    ['1', 'Stream', '/'],
  ] as const) {
    await page.keyboard.press(key)
    await page.waitForURL(url + path)
    expect(await views.getByRole('link', { name }).getAttribute('aria-current')).toBe('page')
    await page.reload()
    expect(await views.getByRole('link', { name }).getAttribute('aria-current')).toBe('page')
  }
  await views.getByRole('link', { name: 'Calls' }).click()
  await page.waitForURL(`${url}/calls`)
  await page.goBack()
  await page.waitForURL(`${url}/`)
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  await picture(page, 'keys')
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
})

test('the page speaks the language and wears the theme of the browser, and what a person chooses instead', async () => {
  const { url } = await up(tempDir())
  const page = await openPage(url, { language: 'zh', theme: 'light' })
  await page.getByRole('link', { name: '调用' }).waitFor()
  expect(await page.locator('html').getAttribute('data-theme')).toBe('light')
  expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN')
  await page.getByRole('button', { name: '语言', exact: true }).click()
  await page.getByRole('menuitemradio', { name: 'English' }).click()
  await page.getByRole('button', { name: 'Theme' }).click()
  await page.getByRole('menuitemradio', { name: 'Dark' }).click()
  await page.reload()
  await page.getByRole('link', { name: 'Calls' }).waitFor()
  expect(await page.locator('html').getAttribute('data-theme')).toBe('dark')
})

test('a part that breaks says so, can be tried again, and leaves the rest of the page as it is', async () => {
  const { url } = await up(tempDir())
  const page = await openPage(url, { allow: /TypeError|React|error occurred/ })
  const nonsense = (route: Route) => route.fulfill({ json: { servers: [null] } })
  await page.route('**/api/v1/servers*', nonsense)
  await page.keyboard.press('4')
  const alert = page.getByRole('main').getByRole('alert')
  await alert.getByText('This part of the page broke:').waitFor()
  await page.getByRole('contentinfo').getByText('0 servers').waitFor()
  await page.keyboard.press('1')
  await page.getByRole('heading', { name: 'Nothing was captured yet' }).waitFor()
  await page.keyboard.press('4')
  await alert.waitFor()
  await page.unroute('**/api/v1/servers*', nonsense)
  await alert.getByRole('button', { name: 'Try again' }).click()
  await alert.waitFor({ state: 'hidden' })
})
