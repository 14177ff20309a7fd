/** Similar messages put together: what is noise is hidden, what is new is found. */
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { writeRun } from '../kit/captured.ts'
import { tempDir } from '../kit/home.ts'
import { openPage, picture, talk, up } from '../kit/page.ts'
import { waitFor } from '../kit/wait.ts'

interface Pattern {
  pattern: string
  count: number
  example: { record: { id: string; message: string } }
}

const asked = async (url: string, q = ''): Promise<Pattern[]> => {
  const response = await fetch(`${url}/api/v1/patterns?limit=200&q=${encodeURIComponent(q)}`)
  return ((await response.json()) as { patterns: Pattern[] }).patterns
}

/** A home with three patterns and an exit, in order of their counts. */
const withNoise = async (): Promise<string> => {
  const home = tempDir()
  writeRun(home, {
    server: 'worker',
    at: Date.now() - 60_000,
    messages: [
      ...Array.from({ length: 12 }, (_, n) => `polled queue ${n} in ${n * 3}ms`),
      ...Array.from({ length: 5 }, (_, n) => `job "${n}" is done`),
      'the disk is nearly full',
    ],
  })
  const { url } = await up(home)
  await waitFor('the records', async () => (await asked(url)).length === 4)
  return url
}

const rows = (page: Page) => page.getByRole('table').locator('tbody').getByRole('row')
const counts = async (page: Page): Promise<string[]> =>
  (await rows(page).locator('td:first-child').allTextContents()).map(
    (text) => /^[\d,]+/.exec(text)?.[0] ?? '',
  )
const row = (page: Page, text: string) => rows(page).filter({ hasText: text })

test('patterns and their counts are the hub’s, with an example of each', async () => {
  const url = await withNoise()
  const page = await openPage(url, { at: '/patterns' })
  await rows(page).first().waitFor()
  expect(await counts(page)).toEqual((await asked(url)).map(({ count }) => String(count)))
  await picture(page, 'patterns-dark')
  await row(page, 'polled queue').getByRole('button', { name: 'Example' }).click()
  const [{ example } = { example: undefined }] = await asked(url, 'polled')
  await page
    .getByRole('region', { name: 'Record' })
    .getByText(example?.record.message ?? '')
    .waitFor()
  expect(await row(page, 'polled queue').getAttribute('aria-current')).toBe('true')
  await picture(page, 'patterns-example')
})

test('a click shows only messages like it', async () => {
  const url = await withNoise()
  const page = await openPage(url, { at: '/patterns' })
  await row(page, 'polled queue').getByRole('button', { name: 'polled queue' }).click()
  await page.waitForURL((address) => address.pathname === '/')
  const q = new URL(page.url()).searchParams.get('f') ?? ''
  const found = await asked(url, q)
  expect(found.map(({ pattern, count }) => ({ pattern, count }))).toEqual([
    { pattern: 'polled queue <*> in <*>', count: 12 },
  ])
})

test('noise is hidden until somebody asks for it again', async () => {
  const url = await withNoise()
  const page = await openPage(url, { at: '/patterns' })
  await row(page, 'polled queue').getByRole('button', { name: 'Hide this pattern' }).click()
  await row(page, 'polled queue').waitFor({ state: 'detached' })
  expect(await counts(page)).toEqual(['5', '1', '1'])
  expect(new URL(page.url()).pathname).toBe('/patterns')
  await page.goBack()
  await row(page, 'polled queue').waitFor()
})

test('the keyboard walks the rows, hides and opens them', async () => {
  const url = await withNoise()
  const page = await openPage(url, { at: '/patterns' })
  await rows(page).first().waitFor()
  const focused = (): Promise<string | null> => page.locator(':focus').textContent()
  await page.keyboard.press('j')
  expect(await focused()).toContain('polled queue')
  await page.keyboard.press('j')
  expect(await focused()).toContain('job')
  await page.keyboard.press('k')
  expect(await focused()).toContain('polled queue')
  await page.keyboard.press('x')
  await row(page, 'polled queue').waitFor({ state: 'detached' })
  await page.keyboard.press('j')
  expect(await focused()).toContain('job')
  await page.keyboard.press('Enter')
  await page.waitForURL((address) => address.pathname === '/')
  expect(new URL(page.url()).searchParams.getAll('f')).toEqual(['-polled*queue*in', 'job*is*done'])
})

test('they are sorted by count, time and severity, and new ones come while nobody reads', async () => {
  const home = tempDir()
  const { url } = await up(home)
  const server = await talk(home, 'mixed', ['say'])
  await server.call('say', {
    steps: [
      { log: { level: 'alert', data: 'reactor is hot' } },
      { log: { level: 'debug', data: 'ticking along' } },
      { log: { level: 'debug', data: 'ticking along' } },
      { log: { level: 'debug', data: 'ticking along' } },
    ],
  })
  await waitFor('the records', async () => (await asked(url, 'source:message')).length === 2)
  const page = await openPage(url, { at: '/patterns?q=source:message' })
  await rows(page).first().waitFor()
  const first = (): Promise<string | null> => rows(page).first().getByRole('rowheader').textContent()
  expect(await first()).toBe('ticking along')
  await page.getByRole('button', { name: 'Most severe' }).click()
  expect(await first()).toBe('reactor is hot')
  await page.mouse.move(5, 5)
  await server.call('say', { steps: [{ log: { level: 'emergency', data: 'melting down' } }] })
  await expect.poll(first, { timeout: 15_000 }).toBe('melting down')
  await server.close()
})

test('nothing found says so; it speaks Chinese, in light', async () => {
  const url = await withNoise()
  const page = await openPage(url, { at: '/patterns?q=nothing-is-called-so' })
  await page.getByText('Nothing matches: no patterns.').waitFor()
  const chinese = await openPage(url, {
    at: '/patterns',
    language: 'zh',
    theme: 'light',
    width: 1024,
    height: 700,
  })
  await rows(chinese).first().waitFor()
  await picture(chinese, 'patterns-zh-light')
})
