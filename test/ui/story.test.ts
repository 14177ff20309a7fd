/** `npm start`: who called what, what failed, and why, within a few clicks of somebody who has never seen the page. */
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { startDemo } from '../kit/demo.ts'
import { openPage, picture } from '../kit/page.ts'

/** More than that, and a minute would not do. */
const CLICKS = 6

const WORDS = {
  en: {
    calls: 'Calls',
    failed: 'Failed',

    blame: 'Who failed',
    evidence: 'Show the evidence',
  },
  zh: { calls: '调用', failed: '失败', blame: '失败方' },
} as const

/** A person who counts. */
const createPerson = (page: Page) => {
  let clicks = 0
  return {
    clicks: () => clicks,
    click: async (role: 'link' | 'button' | 'row', name: string | RegExp) => {
      clicks++
      await page.getByRole(role, { name }).first().click()
    },
  }
}

test('the demo tells who called what, what failed, and why, in both languages', {
  timeout: 180_000,
}, async () => {
  const url = await startDemo()
  for (const language of ['en', 'zh'] as const) {
    const t = WORDS[language]
    const page = await openPage(url, { language, theme: language === 'en' ? 'dark' : 'light' })
    const person = createPerson(page)
    const main = page.getByRole('main')
    // The story is there as it opens: errors among it, without asking for anything.
    await main.getByText('forecast').first().waitFor()

    await person.click('link', t.calls)
    await main
      .getByRole('row', { name: /forecast.*demo-app/ })
      .first()
      .waitFor()

    await person.click('button', t.failed)
    await main
      .getByRole('row', { name: /api-gateway.*forecast.*need 6 points/ })
      .first()
      .waitFor()
    expect(await main.getByRole('row', { name: /maintain/ }).count()).toBeGreaterThan(0)

    await person.click('row', /api-gateway.*forecast.*need 6 points/)
    const beside = page.getByRole('complementary')
    await beside.getByRole('region', { name: t.blame }).waitFor()
    await beside.getByText('need 6 points').first().waitFor()
    expect(await beside.getByText('demo-app').count()).toBeGreaterThan(0)
    await picture(page, `story-why-${language}`)

    // The crash: whose call it took with it, and the last words of the server.
    await page.keyboard.press('Escape')
    await person.click('row', /database.*compact/)
    await beside.getByText('file is inconsistent, stopping').first().waitFor()
    await picture(page, `story-crash-${language}`)
    expect(person.clicks()).toBeLessThanOrEqual(CLICKS)
    await page.close()
  }
})
