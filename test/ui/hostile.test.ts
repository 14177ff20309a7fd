/** What a server logs is shown, whatever it is: it never runs, hides or breaks anything. */
import type { LogRecord } from '@logboom/sdk/record'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { askHub, callOf, recordOf } from '../kit/app-story.ts'
import { tempDir } from '../kit/home.ts'
import { HOSTILE_SERVER, MESSAGES, tellHostile } from '../kit/hostile.ts'
import { openPage, picture, up } from '../kit/page.ts'

/** What acts instead of being seen: control characters but line ends and tabs, bidirectional ones, those without a width. */
const ACTS = /[\p{Cc}\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/u

/** Nothing of it ran, became an element, acts, or pushed the page out of its window. */
const faultsOf = async (page: Page): Promise<string[]> => {
  const seen: { ran: boolean; polluted: boolean; made: string[]; text: string; wide: boolean } =
    await page.evaluate(`({
    ran: 'hacked' in window,
    polluted: 'polluted' in {},
    made: [...document.querySelectorAll('#root :is(script, iframe, img, object, embed, style, marquee, blink), [onerror], [onload], a[href^="javascript" i]')]
      .map((element) => element.outerHTML.slice(0, 100)),
    text: document.body.innerText,
    wide: document.documentElement.scrollWidth > document.documentElement.clientWidth,
  })`)
  const acting = ACTS.exec(seen.text.replaceAll(/[\n\t]/g, ' '))
  return [
    ...(seen.ran ? ['something ran'] : []),
    ...(seen.polluted ? ['a prototype was polluted'] : []),
    ...seen.made.map((element) => `an element was made: ${element}`),
    ...(acting === null
      ? []
      : [
          `a character acts: U+${acting[0].codePointAt(0)?.toString(16)} in ${JSON.stringify(seen.text.slice(Math.max(0, acting.index - 40), acting.index + 20))}`,
        ]),
    ...(seen.wide ? ['the page is wider than its window'] : []),
  ]
}

test('hostile text is text on every screen', { timeout: 240_000 }, async () => {
  const home = tempDir()
  const { url } = await up(home)
  await tellHostile(tempDir(), home, HOSTILE_SERVER)
  await recordOf(url, 'source:call status:tool_error')
  const call = await callOf(url, 'source:call status:tool_error')
  const { items } = await askHub<{ items: { record: LogRecord }[] }>(url, 'records?limit=500')
  const records = items.map(({ record }) => record)
  for (const name of Object.keys(MESSAGES))
    expect(
      records.map(({ message }) => message).filter((message) => message.includes(`${name} here`)),
    ).toHaveLength(1)

  const faults: string[] = []
  const page = await openPage(url, { width: 1280, height: 800 })
  const look = async (at: string, ready: string): Promise<void> => {
    await page.goto(url + at)
    const there = await page
      .locator('main, aside')
      .getByText(ready)
      .first()
      .waitFor({ timeout: 10_000 })
      .then(
        () => [],
        () => [`does not show ${ready}`],
      )
    faults.push(...[...there, ...(await faultsOf(page))].map((fault) => `${at}: ${fault}`))
  }
  await look('/', 'tools/call')
  await picture(page, 'hostile-stream')
  await page.keyboard.press('w')
  await look('/', 'exited with code 0')
  await picture(page, 'hostile-wrapped')
  await page.keyboard.press('w')
  for (const record of records) await look(`/?record=${record.id}`, record.level)
  await look(`/?record=${(await recordOf(url, '"keys here"')).id}`, 'keys here')
  await picture(page, 'hostile-record')
  await look(`/?call=${call}`, 'keys here')
  await picture(page, 'hostile-story')
  await look(`/calls/${call}`, 'keys here')
  await picture(page, 'hostile-call')
  await look('/calls', 'onerror')
  await look('/tools', 'onerror')
  await look('/servers', 'script')
  await look('/patterns', 'here')
  await picture(page, 'hostile-patterns')
  expect(faults).toEqual([])
})

test('what is in the address is text too', async () => {
  const { url } = await up(tempDir())
  const page = await openPage(url, { allow: /400|404/ })
  const payload = encodeURIComponent('"><img src=x onerror=window.hacked=1>\u202e')
  const faults: string[] = []
  for (const at of [
    // The box holds what is asked as it is, as every input does.
    `/?q=${encodeURIComponent('"><img src=x onerror=window.hacked=1>')}`,
    `/?f=${payload}&f=~${payload}`,
    `/?mark=${payload}&since=${payload}&until=${payload}&by=${payload}`,
    `/?record=${payload}`,
    `/?call=${payload}`,
    `/calls/${payload}`,
  ]) {
    await page.goto(url + at)
    await page.getByRole('main').waitFor()
    faults.push(...(await faultsOf(page)).map((fault) => `${at}: ${fault}`))
  }
  expect(faults).toEqual([])
})
