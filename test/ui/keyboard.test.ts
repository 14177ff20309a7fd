/** The demo's story without a mouse: every key lands somewhere, and it can be seen where. */
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { startDemo } from '../kit/demo.ts'
import { openPage } from '../kit/page.ts'

/** Stops of the tab key that a page of this size may have before it is no help. */
const STOPS = 90

interface Focus {
  /** Role or element, and name, of what has the focus; empty where nothing has. */
  at: string
  /** What a grid or list says is chosen within it. */
  chosen: string
  /** It is in the window, and something drawn shows that it has the focus. */
  seen: boolean
}

const focusOf = (page: Page): Promise<Focus> =>
  page.evaluate(() => {
    const element = document.activeElement
    if (element === null || element === document.body) return { at: '', chosen: '', seen: true }
    const chosen = document.getElementById(element.getAttribute('aria-activedescendant') ?? '')
    const { top, bottom, left, right, width, height } = element.getBoundingClientRect()
    const inside =
      width > 0 && height > 0 && bottom > 0 && right > 0 && top < innerHeight && left < innerWidth
    const accent = getComputedStyle(document.querySelector('header .text-accent') ?? element).color
    /** By an outline, a bar beside it, or a border in the accent colour. */
    const outlined = (one: Element | null): boolean => {
      if (one === null) return false
      const { outlineStyle, outlineWidth, boxShadow, borderTopColor } = getComputedStyle(one)
      const hasOutline = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1
      return hasOutline || boxShadow.includes(accent) || borderTopColor === accent
    }
    return {
      at: `${element.getAttribute('role') ?? element.tagName.toLowerCase()} ${element.getAttribute('aria-label') ?? element.textContent.trim().slice(0, 40)}`,
      chosen: chosen?.textContent ?? '',
      seen:
        inside &&
        [element, element.parentElement, element.parentElement?.parentElement ?? null, chosen].some(outlined),
    }
  })

/** A person at the keyboard; `faults` tells where the focus was lost or could not be seen. */
const createPerson = (page: Page) => {
  const faults: string[] = []
  let last: Focus = { at: '', chosen: '', seen: true }
  const press = async (key: string): Promise<Focus> => {
    await page.keyboard.press(key)
    const now = await focusOf(page)
    // After the last stop the tab key leaves the page.
    if (now.at === '' && last.at !== '' && key !== 'Tab')
      faults.push(`${key} lost the focus, which was on ${last.at}`)
    if (!now.seen) faults.push(`after ${key} the focus is on ${now.at}, which cannot be seen`)
    last = now
    return now
  }
  return {
    faults,
    press,
    /** Goes on by one key until the focus, or what is chosen, is what is wanted. */
    until: async (key: string, wanted: RegExp): Promise<void> => {
      const passed: string[] = []
      for (let stop = 0; stop < STOPS; stop++) {
        const { at, chosen } = await press(key)
        if (wanted.test(at) || wanted.test(chosen)) return
        passed.push(chosen === '' ? at : chosen)
      }
      throw new Error(`${key} never came to ${wanted}; it came to\n${[...new Set(passed)].join('\n')}`)
    },
  }
}

test('the demo’s failed call is found, understood and filtered by keys alone', {
  timeout: 120_000,
}, async () => {
  const page = await openPage(await startDemo())
  const { press, until, faults } = createPerson(page)
  const main = page.getByRole('main')
  await main.getByText('forecast').first().waitFor()

  // The first stop of all leads past the head and the filters.
  expect((await press('Tab')).at).toContain('Skip')
  await press('Enter')

  await press('2')
  await page.waitForURL(/\/calls/)
  await main
    .getByRole('row', { name: /forecast/ })
    .first()
    .waitFor()
  await until('Tab', /^button Failed/)
  await press('Enter')
  await main
    .getByRole('row', { name: /forecast.*need 6 points/ })
    .first()
    .waitFor()
  await until('Tab', /^grid /)
  await until('j', /api-gateway.*forecast/)
  await press('Enter')
  await page.waitForURL(/\/calls\/[^/]+/)
  await main.getByRole('region', { name: 'Who failed' }).getByText('need 6 points').first().waitFor()
  await until('Tab', /Copy as prompt/)
  await press('Enter')
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('forecast')
  await page.goBack()
  await main
    .getByRole('row', { name: /forecast.*need 6 points/ })
    .first()
    .waitFor()

  await press('1')
  await main
    .getByRole('row', { name: /forecast/ })
    .first()
    .waitFor()
  await until('Tab', /^grid /)
  await press('k')
  await press('f')
  await page.waitForURL(/f=server%3A/)
  await press('x')
  await page.waitForURL(/f=-/)
  await press('Enter')

  await press('?')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  await press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })

  await until('Tab', /^button Language/)
  await press('Enter')
  await page.getByRole('menuitemradio', { name: '简体中文' }).waitFor()
  await until('ArrowDown', /简体中文/)
  await press('Enter')
  await page.getByRole('link', { name: '调用', exact: true }).waitFor()
  expect(faults).toEqual([])
})
