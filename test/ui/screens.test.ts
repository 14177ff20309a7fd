/**
 * Every screen, in both themes and languages: as a picture in test/ui/artefacts, as axe sees it, and within its window. One story is
 * told for all of them, for telling it takes longer than looking at it.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { SECRET, tellApp } from '../kit/app-story.ts'
import { tempDir } from '../kit/home.ts'
import { openPage, picture, up } from '../kit/page.ts'
import { screensOf } from '../kit/screens.ts'

/** The policy forbids the page to load it as a script: it is evaluated. */
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Finding {
  id: string
  nodes: { target: unknown; failureSummary?: string }[]
}

/**
 * What of a page axe looks at: all but the marks with which Base UI keeps the focus in what is open. An open menu stands at the end of
 * the document, as in ARIA's own pattern, and so in no landmark.
 */
const LOOK = `axe.run({ exclude: ['[data-base-ui-focus-guard]'] }, {
  rules: { region: { enabled: document.querySelector('[role="menu"]') === null } },
})`

/** What axe finds wrong, a line for each rule. */
const axeFaults = async (page: Page): Promise<string[]> => {
  await page.evaluate(AXE)
  const violations: Finding[] = await page.evaluate(`${LOOK}.then(({ violations }) => violations)`)
  return violations.map(({ id, nodes }) => {
    const [{ target, failureSummary = '' } = { target: '' }] = nodes
    return `${id} ×${nodes.length} ${JSON.stringify(target)} ${failureSummary.replaceAll(/\s+/g, ' ')}`
  })
}

/** The page never scrolls as a whole, and nothing stands out of it. */
const layoutFaults = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const { scrollWidth, scrollHeight, clientWidth, clientHeight } = document.documentElement
    return scrollWidth > clientWidth || scrollHeight > clientHeight
      ? [`the page is ${scrollWidth}x${scrollHeight} in a window of ${clientWidth}x${clientHeight}`]
      : []
  })

const VARIANTS = [
  { theme: 'dark', language: 'en', width: 1440, height: 900 },
  { theme: 'light', language: 'en', width: 1440, height: 900 },
  { theme: 'dark', language: 'zh', width: 1440, height: 900 },
  { theme: 'light', language: 'zh', width: 1024, height: 700 },
] as const

/** What draws the histogram is loaded after the first rows. */
const drawn = async (page: Page): Promise<void> => {
  const histogram = page.getByRole('region', { name: /^(Histogram|直方图)$/ })
  if ((await histogram.count()) > 0) await histogram.locator('canvas, p').first().waitFor()
}

/** A picture, and everything that is wrong with what is seen now. */
const look = async (page: Page, name: string): Promise<string[]> => {
  await picture(page, name)
  const secrets = (await page.content()).includes(SECRET) ? ['a secret is on the screen'] : []
  return [...(await axeFaults(page)), ...(await layoutFaults(page)), ...secrets].map(
    (fault) => `${name}: ${fault}`,
  )
}

test('every screen can be used by everybody, in both themes and languages', {
  timeout: 600_000,
}, async () => {
  const home = tempDir()
  const { url } = await up(home)
  await tellApp(tempDir(), home)
  const screens = await screensOf(url)
  const faults: string[] = []
  for (const variant of VARIANTS) {
    const page = await openPage(url, variant)
    page.setDefaultTimeout(8000)
    for (const { name, at, ready, act } of screens) {
      const which = `${name}-${variant.theme}-${variant.language}`
      await page.goto(url + at)
      try {
        await page.locator('main, aside').getByText(ready).first().waitFor()
        await drawn(page)
        await act?.(page)
      } catch (error) {
        faults.push(`${which}: ${String(error).split('\n')[0]}`)
      }
      faults.push(...(await look(page, which)))
    }
    await page.close()
  }
  expect(faults).toEqual([])
})

test('the first minutes can be used by everybody too', { timeout: 240_000 }, async () => {
  const empty = await up(tempDir())
  const locked = await up(tempDir(), { env: { LOGBOOM_TOKEN: 'correct horse battery staple' } })
  const faults: string[] = []
  for (const variant of VARIANTS) {
    const which = `${variant.theme}-${variant.language}`
    const welcome = await openPage(empty.url, variant)
    await welcome.getByRole('main').getByRole('textbox').first().waitFor()
    faults.push(...(await look(welcome, `welcome-${which}`)))
    await welcome.close()
    const signIn = await openPage(locked.url, { ...variant, allow: /401/ })
    await signIn.locator('input[type="password"]').waitFor()
    faults.push(...(await look(signIn, `sign-in-${which}`)))
    await signIn.close()
  }
  expect(faults).toEqual([])
})
