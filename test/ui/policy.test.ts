/** What the page may do, and does: it runs nothing but itself, talks to nobody but its hub, and keeps no log text. */
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { SECRET, tellApp } from '../kit/app-story.ts'
import { tempDir } from '../kit/home.ts'
import { openPage, up } from '../kit/page.ts'
import { screensOf } from '../kit/screens.ts'
import { waitFor } from '../kit/wait.ts'

/** Words of the story that only records hold. */
const LOGGED = ['audit step', 'ECONNREFUSED', 'MemoryError', '正在翻译', 'shard 2 of 4', SECRET]

/** Everything a page can keep in this browser, as one text. */
const kept = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const databases = await indexedDB.databases()
    const caches = await window.caches.keys()
    return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, databases, caches, document.cookie])
  })

test('the page keeps to its policy on every screen, and keeps no log text in the browser', {
  timeout: 240_000,
}, async () => {
  const home = tempDir()
  const { url } = await up(home)
  await tellApp(tempDir(), home)
  // Requests to other hosts, and errors on the console, fail every test of the page.
  const page = await openPage(url, { allow: /Applying inline style violates/ })
  const violations: string[] = []
  await page.exposeFunction('reportViolation', (what: string) => void violations.push(what))
  await page.addInitScript(() => {
    document.addEventListener(
      'securitypolicyviolation',
      ({ effectiveDirective, blockedURI, sourceFile, lineNumber }) => {
        const report = (window as unknown as { reportViolation: (what: string) => void }).reportViolation
        report(`${location.pathname} ${effectiveDirective} ${blockedURI} ${sourceFile}:${lineNumber}`)
      },
    )
  })
  for (const { at, ready, act } of await screensOf(url)) {
    await page.goto(url + at)
    await page.locator('main, aside').getByText(ready).first().waitFor()
    await act?.(page)
  }
  expect(violations).toEqual([])
  const text = await kept(page)
  expect(LOGGED.filter((word) => text.includes(word))).toEqual([])
  expect(await page.context().cookies()).toEqual([])

  // The same ears hear a violation where there is one.
  await page.evaluate(() => {
    const style = document.createElement('style')
    style.textContent = 'body { color: red }'
    document.head.append(style)
  })
  await waitFor('the violation to be heard', () => violations.some((one) => one.includes('style-src')))
})

test('the policy allows nothing that is not the page’s own', async () => {
  const { url } = await up(tempDir())
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(await (await fetch(url)).text())?.[1] ?? ''
  for (const path of ['/', '/calls', '/icon.svg', script]) {
    const response = await fetch(url + path)
    expect([path, response.status]).toEqual([expect.stringMatching(/^\//), 200])
    const policy = new Map(
      (response.headers.get('content-security-policy') ?? '').split('; ').map((part) => {
        const [name = '', ...sources] = part.split(' ')
        return [name, sources.join(' ')]
      }),
    )
    expect(policy.get('default-src')).toBe("'none'")
    for (const name of ['script-src', 'style-src', 'img-src', 'connect-src'])
      expect(policy.get(name)).toBe("'self'")
    for (const name of ['base-uri', 'form-action', 'frame-ancestors']) expect(policy.get(name)).toBe("'none'")
    expect(new Set(policy.values())).toEqual(new Set(["'none'", "'self'"]))
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('referrer-policy')).toBe('no-referrer')
  }
})
