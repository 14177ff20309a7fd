/** Asking in the box: by keys, by mouse, in Chinese; what it offers, refuses and remembers. */
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { someRecords } from '../kit/asked.ts'
import { openPage, picture } from '../kit/page.ts'

const box = (page: Page) => page.getByRole('combobox', { name: 'Query' })
const option = (page: Page, name: RegExp | string) => page.getByRole('option', { name })
const asked = (page: Page): string | null => new URL(page.url()).searchParams.get('q')
const askedIs = (page: Page, q: string | null) => page.waitForURL((url) => url.searchParams.get('q') === q)

test('a query is written with the keyboard alone: fields, values with counts, and Enter', async () => {
  const page = await openPage(await someRecords())
  await page.keyboard.press('/')
  await page.keyboard.type('lev')
  await option(page, /^level:/).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  expect(await box(page).inputValue()).toBe('level:')
  await picture(page, 'ask-values')
  await page.keyboard.type('warn')
  await page.keyboard.press('ArrowDown')
  expect(await page.getByRole('option', { selected: true }).textContent()).toMatch(/warning/)
  expect(asked(page)).toBeNull()
  await page.keyboard.press('Enter')
  await askedIs(
    page,
    await box(page)
      .inputValue()
      .then((text) => text.trim()),
  )
  expect(asked(page)).toMatch(/^level:(>=)?warning$/)

  await page.keyboard.type('server:my')
  await option(page, /my weather/).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Tab')
  await page.waitForURL(/my/)
  expect(asked(page)).toMatch(/server:"my weather"$/)
  await page.keyboard.press('Escape')
  expect(await page.locator('#ask:focus').count()).toBe(0)

  await page.reload()
  expect((await box(page).inputValue()).trim()).toBe(asked(page))
  await page.goBack()
  await page.waitForURL((url) => !url.search.includes('server'))
  expect(await box(page).inputValue()).toMatch(/^level:(>=)?warning$/)
  await page.goForward()
  await page.waitForURL(/my/)
  expect(await box(page).inputValue()).toMatch(/my weather/)
})

test('a query is written with the mouse: a field, a value, an attribute of the records, clear', async () => {
  const page = await openPage(await someRecords())
  await box(page).click()
  await option(page, /^server:/).click()
  await option(page, /^files/).click()
  await askedIs(page, 'server:files')
  await page.keyboard.type('@us')
  await option(page, /^@user\.id:/).click()
  await option(page, /^42/).click()
  await askedIs(page, 'server:files @user.id:42')
  await page.getByRole('button', { name: 'Clear the query' }).click()
  await askedIs(page, null)
  await page.getByRole('button', { name: 'Query language' }).click()
  await page.getByRole('menuitem', { name: /status:error/ }).click()
  await page.locator('#ask:focus').waitFor()
  expect(await box(page).inputValue()).toBe('status:error duration:>1s')
  expect(asked(page)).toBeNull()
})

test('what is no query is not asked: it says where and what to write', async () => {
  const page = await openPage(await someRecords())
  await box(page).fill('server:files level:>=loud')
  await page.keyboard.press('Enter')
  const problem = page.getByRole('alert')
  await problem.filter({ hasText: 'level needs one of debug, info' }).waitFor()
  expect(await problem.textContent()).toMatch(/column 20/)
  expect(await box(page).getAttribute('aria-invalid')).toBe('true')
  expect(asked(page)).toBeNull()
  await picture(page, 'ask-error')
  await box(page).fill('server:files level:>=error')
  await problem.waitFor({ state: 'hidden' })
  await page.keyboard.press('Enter')
  await askedIs(page, 'server:files level:>=error')
})

test('what was asked before is offered again, and what is kept stays on top', async () => {
  const page = await openPage(await someRecords())
  for (const query of ['first', 'second', 'third']) {
    await box(page).fill(query)
    await page.keyboard.press('Enter')
    await askedIs(page, query)
    if (query === 'first') await page.getByRole('button', { name: 'Keep this query' }).click()
    await box(page).focus()
  }
  await page.reload()
  await box(page).focus()
  await page.keyboard.press('Alt+ArrowDown')
  expect(await page.getByRole('option').allTextContents()).toEqual([
    'first★ kept',
    'thirdasked before',
    'secondasked before',
  ])
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await askedIs(page, 'first')
})

test('Chinese is typed and composed like any other text', async () => {
  const page = await openPage(await someRecords(), { language: 'zh', theme: 'light' })
  const input = page.getByRole('combobox', { name: '查询' })
  await input.focus()
  await page.keyboard.insertText('工具调用')
  await page.keyboard.press('Enter')
  await askedIs(page, '工具调用')
  await input.fill('')
  // While an input method composes, Enter takes its candidate, and arrows choose among them.
  const ime = await page.context().newCDPSession(page)
  await ime.send('Input.imeSetComposition', { text: 'wan', selectionStart: 3, selectionEnd: 3 })
  await input.dispatchEvent('keydown', { key: 'ArrowDown', isComposing: true, bubbles: true })
  await input.dispatchEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true })
  expect(asked(page)).toBe('工具调用')
  expect(await page.getByRole('option', { selected: true }).count()).toBe(0)
  await ime.send('Input.insertText', { text: '完成' })
  expect(await input.inputValue()).toBe('完成')
  await picture(page, 'ask-zh')
  await page.keyboard.press('Enter')
  await askedIs(page, '完成')
  await input.fill('时长:10 level:loud')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').getByText('level 只能是 debug, info').waitFor()
})
