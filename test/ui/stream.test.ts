/** The stream: records as they come, held while somebody reads, and every one of them to be found. */
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { tempDir } from '../kit/home.ts'
import { openPage, picture, talk, up } from '../kit/page.ts'
import { grid, loadedCount, scrollRows, upTo } from '../kit/rows.ts'
import { createTraffic } from '../kit/traffic.ts'
import { waitFor } from '../kit/wait.ts'

const row = (page: Page, text: string | RegExp) => grid(page).getByRole('row').filter({ hasText: text })

/** A hub with so many records of one server, and a way to have more come. */
const withRecords = async (count: number) => {
  const home = tempDir()
  const traffic = createTraffic({ home, segmentBytes: 8 * 1024 * 1024 })
  const run = traffic.begin('analytics')
  const add = async (more: number): Promise<void> => {
    traffic.append(run, more)
    await traffic.flush()
  }
  if (count > 0) await add(count)
  const { url, process } = await up(home)
  const stored = async (): Promise<number> =>
    ((await (await fetch(`${url}/api/v1/records?limit=1`)).json()) as { last: number }).last
  await waitFor('the records in the store', async () => (await stored()) >= count, 30_000)
  return { url, process, home, run, add, stored }
}

test('what a server logs is on the screen as it happens, and a click shows its details', async () => {
  const home = tempDir()
  const { url } = await up(home)
  const page = await openPage(url)
  const talker = await talk(home, 'analytics', ['analyze_data'])
  await talker.call('analyze_data', {
    steps: [
      { log: { level: 'info', data: { msg: 'received data', extra: { size: 128, user_id: 42 } } } },
      { log: { level: 'warning', data: '数据包含空值，将进行清理' } },
      { stderr: 'retry 1 of 3: connect ECONNREFUSED 10.0.3.7:5432' },
      { stderr: 'ERROR: could not reach the database' },
    ],
    result: { error: 'could not reach the database' },
  })
  await row(page, '数据包含空值').waitFor()
  await row(page, 'received data').getByText('size=128').waitFor()
  await picture(page, 'stream-live')
  await row(page, 'retry 1 of 3').click()
  await page.waitForURL(/record=/)
  expect(await row(page, 'retry 1 of 3').getAttribute('aria-selected')).toBe('true')
  await picture(page, 'stream-selected')
  await talker.close()
})

test('Space pauses: nothing moves, what comes is counted, and Space goes on with all of it', async () => {
  const { url, add } = await withRecords(100)
  const page = await openPage(url)
  await row(page, '#99').waitFor()
  await page.keyboard.press(' ')
  await page.getByRole('button', { name: 'Paused' }).waitFor()
  await add(50)
  await page.getByRole('button', { name: 'Paused (50 new)' }).waitFor()
  await page.getByText('· 50 new').waitFor()
  expect(await row(page, '#149').count()).toBe(0)
  expect(await row(page, '#99').count()).toBe(1)
  await picture(page, 'stream-paused')
  await page.keyboard.press(' ')
  await row(page, '#149').waitFor()
  await page.getByRole('button', { name: 'Live', exact: true }).waitFor()
  await add(1)
  await row(page, '#150').waitFor()
})

test('filters answer while paused, with what was there when it was paused, and going on shows all that matches', async () => {
  const { url, add } = await withRecords(100)
  const page = await openPage(url)
  await row(page, '#99').waitFor()
  await page.keyboard.press(' ')
  await page.getByRole('button', { name: 'Paused', exact: true }).waitFor()
  await add(60)
  await page.getByRole('button', { name: 'Paused (60 new)' }).waitFor()
  const box = page.getByRole('combobox').first()
  await box.fill('level:error')
  await box.press('Enter')
  await page.waitForURL(/q=level/)
  // Every sixth is an error: ten of the sixty.
  await page.getByRole('button', { name: 'Paused (10 new)' }).waitFor()
  await row(page, '#95').waitFor()
  expect(await row(page, '#101').count()).toBe(0)
  expect(await row(page, 'info').count()).toBe(0)
  await add(12)
  await page.getByRole('button', { name: 'Paused (12 new)' }).waitFor()
  await box.fill('')
  await box.press('Enter')
  await row(page, '#99').waitFor()
  await page.getByRole('button', { name: 'Paused (72 new)' }).waitFor()
  await box.fill('level:error')
  await box.press('Enter')
  await page.getByRole('button', { name: 'Paused (12 new)' }).waitFor()
  await page.getByRole('button', { name: 'Go on' }).click()
  await row(page, '#167').waitFor()
  await page.getByRole('button', { name: 'Live', exact: true }).waitFor()
  for (const number of [95, 101, 125, 155, 161]) expect(await row(page, `#${number}`).count()).toBe(1)
})

/** What the first row in view says, and where it is. */
const firstInView = (page: Page) =>
  grid(page).evaluate((box) => {
    const top = box.getBoundingClientRect().top + 24
    const rows = [...box.querySelectorAll('[data-position]')].map((element) => ({
      key: Number(element.getAttribute('data-position')),
      top: element.getBoundingClientRect().top - top,
    }))
    return rows.sort((a, b) => a.top - b.top).find((one) => one.top > -1)
  })

test('who scrolls up reads on: the first row in view stays where it is while thousands arrive, and End goes on', async () => {
  const { url, add } = await withRecords(2000)
  const page = await openPage(url)
  await row(page, '#1999').waitFor()
  await grid(page).hover()
  await page.mouse.wheel(0, -1000)
  await page.getByText('Paused while you read', { exact: true }).waitFor()
  await page.mouse.wheel(0, -1203)
  // The wheel scrolls over several frames.
  let before = await firstInView(page)
  await waitFor('the scrolling to end', async () => {
    const now = await firstInView(page)
    const same = now?.key === before?.key && now?.top === before?.top
    before = now
    return same
  })
  await add(3000)
  await page.getByText('3,000 new', { exact: false }).first().waitFor()
  expect(await firstInView(page)).toEqual(before)
  await picture(page, 'stream-reading')
  await page.keyboard.press('End')
  await row(page, '#4999').waitFor()
  await page.getByRole('button', { name: 'Live', exact: true }).waitFor()
})

/** Everything that is the first row in view, and where, from now on: looked at whenever the browser draws. */
const watchFirstInView = (page: Page) =>
  grid(page).evaluateHandle((box) => {
    const seen = new Set<string>()
    const page = box.ownerDocument.defaultView
    const look = (): void => {
      const top = box.getBoundingClientRect().top + 24
      let first: { key: string; top: number } | undefined
      for (const element of box.querySelectorAll('[data-position]')) {
        const at = Math.round(element.getBoundingClientRect().top - top)
        if (at > -1 && (first === undefined || at < first.top))
          first = { key: element.getAttribute('data-position') ?? '', top: at }
      }
      seen.add(`${first?.key} at ${first?.top}`)
      page?.requestAnimationFrame(look)
    }
    look()
    return seen
  })

/** Reads on from here: scrolled up by the wheel, and at rest. */
const readOn = async (page: Page, up: number): Promise<void> => {
  await grid(page).hover()
  const rest = await grid(page).evaluateHandle((box, up) => {
    const from = box.scrollTop
    return {
      reached: new Promise<void>((reached) => {
        box.addEventListener('scrollend', () => box.scrollTop < from - up / 2 && reached())
      }),
    }
  }, up)
  await page.mouse.wheel(0, -up)
  await rest.evaluate(({ reached }) => reached)
}

test('the first row in view does not move while more records come than the page keeps, nor when rows far away go', async () => {
  const { url, add, stored } = await withRecords(2000)
  const page = await openPage(url)
  await row(page, '#1999').waitFor()
  const burst = async (from: number, until: number): Promise<void> => {
    for (let sent = from + 2000; sent <= until; sent += 2000) {
      await add(2000)
      await waitFor('the records in the store', async () => (await stored()) >= sent, 20_000)
    }
  }
  // Live, rows at the far end go.
  await burst(2000, 24_000)
  await row(page, '#23999').waitFor()
  await page.getByText('20,000 loaded').waitFor()
  await readOn(page, 3000)
  await page.getByText('Paused while you read', { exact: true }).waitFor()
  const seen = await watchFirstInView(page)
  await burst(24_000, 46_000)
  await page.getByText('22,000 new', { exact: false }).first().waitFor()
  expect(await seen.evaluate((all) => [...all].length)).toBe(1)
  expect(await loadedCount(page)).toBe(20_000)
  // At the first row older ones come, and the newest go instead.
  await grid(page).evaluate((box) => box.scrollTo(0, 24 * 60))
  await readOn(page, 60)
  const before = await firstInView(page)
  const above = await watchFirstInView(page)
  await grid(page).evaluate((box) => box.scrollBy(0, -24 * 20))
  await waitFor('older rows', async () => (await firstInView(page))?.key === (before?.key ?? 0) - 20)
  await waitFor('room above', async () => grid(page).evaluate((box) => box.scrollTop > 24 * 400))
  expect(await firstInView(page)).toEqual({ key: (before?.key ?? 0) - 20, top: before?.top })
  expect(await above.evaluate((all) => [...all].length)).toBe(2)
  expect(await loadedCount(page)).toBe(20_000)
  await page.keyboard.press('End')
  await row(page, '#45999').waitFor()
  await page.getByRole('button', { name: 'Live', exact: true }).waitFor()
  expect(await loadedCount(page)).toBeLessThanOrEqual(20_000)
  await add(1)
  await row(page, '#46000').waitFor()
}, 180_000)

test('scrolling up comes to the very first record, and down again to the live end', async () => {
  const { url, add } = await withRecords(1300)
  const page = await openPage(url)
  await row(page, '#1299').waitFor()
  const up = await scrollRows(page, 'up', 'the first record', (seen) => seen.has(1))
  expect(up).toEqual(upTo(1300))
  await row(page, '#0 ').waitFor()
  await add(700)
  await page.getByText('700 new', { exact: false }).first().waitFor()
  const live = page.getByRole('button', { name: 'Live', exact: true })
  const down = await scrollRows(page, 'down', 'the live end', async () => (await live.count()) === 1)
  expect(down).toEqual(upTo(2000))
  await add(1)
  await row(page, '#2000').waitFor()
}, 120_000)

test('wrapping, density and time change how rows look, by key and by menu, and are kept over a visit', async () => {
  const { url } = await withRecords(100)
  const asked = await fetch(`${url}/api/v1/records?limit=1&order=newest`)
  const { items } = (await asked.json()) as { items: { record: { time: number } }[] }
  const at = items[0]?.record.time ?? 0
  const clock = (hours: number): string => new Date(at + hours * 3_600_000).toISOString().slice(11, 19)
  const page = await openPage(url, { context: { timezoneId: 'Asia/Tokyo' } })
  const last = row(page, '#99')
  const height = async (): Promise<number> => (await last.boundingBox())?.height ?? 0
  const choose = async (menu: string, name: string): Promise<void> => {
    await page.getByRole('button', { name: menu, exact: true }).click()
    await page.getByRole('menuitemradio', { name }).click()
    await page.keyboard.press('Escape')
    // Until it is gone, letters are its own.
    await page.getByRole('menu').waitFor({ state: 'hidden' })
  }
  await last.getByText(clock(9)).waitFor()
  expect(await height()).toBe(24)
  await page.keyboard.press('d')
  await expect.poll(height).toBe(20)
  await choose('Density', 'Comfortable')
  await expect.poll(height).toBe(24)
  await choose('Density', 'Compact')
  await expect.poll(height).toBe(20)
  await page.keyboard.press('t')
  await last.getByText(clock(0)).waitFor()
  await page.keyboard.press('t')
  await last.getByText(/^-\d/).waitFor()
  await choose('Time', 'Local')
  await last.getByText(clock(9)).waitFor()
  await choose('Time', 'UTC')
  await last.getByText(clock(0)).waitFor()
  // Its text takes more than one line, all of which are shown.
  await page.keyboard.press('w')
  await expect.poll(height).toBeGreaterThan(35)
  await page.reload()
  await last.getByText(clock(0)).waitFor()
  await expect.poll(height).toBeGreaterThan(35)
  await picture(page, 'stream-wrapped')
  const wrap = page.getByRole('button', { name: 'Wrap lines' })
  expect(await wrap.getAttribute('aria-pressed')).toBe('true')
  await wrap.click()
  expect(await wrap.getAttribute('aria-pressed')).toBe('false')
  await expect.poll(height).toBe(20)
})

test('columns are added, taken away and made wider, and are kept over a visit', async () => {
  const { url } = await withRecords(100)
  const page = await openPage(url)
  await row(page, '#99').waitFor()
  const heads = () => grid(page).getByRole('columnheader').allInnerTexts()
  const cells = () => row(page, '#99').getByRole('gridcell').allInnerTexts()
  const open = () => page.getByRole('button', { name: 'Columns', exact: true }).click()
  const attribute = page.getByRole('menuitemcheckbox', { name: '@user.id' })
  await open()
  expect(await attribute.getAttribute('aria-checked')).toBe('false')
  await attribute.click()
  await page.keyboard.press('Escape')
  await row(page, '#99').getByRole('gridcell').getByText('u99', { exact: true }).waitFor()
  await page.getByRole('columnheader', { name: 'source' }).hover()
  await page.getByRole('button', { name: 'Remove the column source' }).click()
  const grip = page.getByRole('separator', { name: 'Width of the column server' })
  await grip.focus()
  for (let times = 0; times < 6; times++) await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowLeft')
  expect(await grip.getAttribute('aria-valuenow')).toBe('152')
  const box = (await grip.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
  await page.mouse.move(box.x + 4, box.y + 10)
  await page.mouse.down()
  await page.mouse.move(box.x - 600, box.y + 10)
  expect(await grip.getAttribute('aria-valuenow')).toBe('40')
  await page.mouse.move(box.x + 34, box.y + 10)
  await page.mouse.up()
  // Still over it, and let go.
  await page.mouse.move(box.x + 37, box.y + 10)
  expect(await grip.getAttribute('aria-valuenow')).toBe('182')
  await page.reload()
  await row(page, '#99').getByText('u99', { exact: true }).waitFor()
  expect(await heads()).toEqual(['time', 'level', 'server', '@user.id', 'message'])
  // What stands below them is theirs.
  expect((await cells()).slice(2, 4)).toEqual(['analytics', 'u99'])
  expect(await grip.getAttribute('aria-valuenow')).toBe('182')
  const widthOf = async (role: 'columnheader' | 'gridcell'): Promise<number | undefined> =>
    (
      await grid(page)
        .getByRole(role)
        .filter({ hasText: /^(server|analytics)$/ })
        .last()
        .boundingBox()
    )?.width
  expect([await widthOf('columnheader'), await widthOf('gridcell')]).toEqual([182, 182])
  await open()
  await picture(page, 'stream-columns')
  expect(await attribute.getAttribute('aria-checked')).toBe('true')
  await attribute.click()
  await expect.poll(heads).toEqual(['time', 'level', 'server', 'message'])
  await page.getByRole('menuitem', { name: 'As they were' }).click()
  await expect.poll(heads).toEqual(['time', 'level', 'server', 'source', 'message'])
  expect(await grip.getAttribute('aria-valuenow')).toBe('112')
})

test('newest first is the same stream turned round', async () => {
  const { url, add } = await withRecords(500)
  const page = await openPage(url)
  await row(page, '#499').waitFor()
  await page.getByRole('button', { name: 'Newest last' }).click()
  await page.waitForURL(/order=newest/)
  await waitFor('the newest on top', async () => (await firstInView(page))?.key === 500)
  await add(10)
  await picture(page, 'stream-newest')
  await waitFor('the newest on top', async () => (await firstInView(page))?.key === 510)
  await grid(page).hover()
  await page.mouse.wheel(0, 600)
  await page.getByText('Paused while you read', { exact: true }).waitFor()
  let before = await firstInView(page)
  await waitFor('the scrolling to end', async () => {
    const now = await firstInView(page)
    const same = now?.key === before?.key && now?.top === before?.top
    before = now
    return same
  })
  await add(40)
  await page.getByText('40 new', { exact: false }).first().waitFor()
  expect(await firstInView(page)).toEqual(before)
  await page.keyboard.press('G')
  await waitFor('the newest on top', async () => (await firstInView(page))?.key === 550)
})

test('by keys alone: rows, details, errors, context, copies, filters', async () => {
  const { url } = await withRecords(401)
  const page = await openPage(url)
  await row(page, '#400').waitFor()
  const active = async (): Promise<string> =>
    page.evaluate(
      (id) => (id === null ? '' : (document.getElementById(id)?.textContent ?? '')),
      await grid(page).getAttribute('aria-activedescendant'),
    )
  await page.keyboard.press('k')
  expect(await active()).toContain('#400')
  await page.keyboard.press('ArrowUp')
  expect(await active()).toContain('#399')
  await page.keyboard.press('Enter')
  await page.waitForURL(/record=/)
  await page.keyboard.press('j')
  expect(await row(page, '#400').getAttribute('aria-selected')).toBe('true')
  await page.keyboard.press('Escape')
  await page.waitForURL((address) => !address.search.includes('record'))
  // Every sixth is an error but where a call stands.
  await page.keyboard.press('E')
  await waitFor('the error before', async () => (await active()).includes('#395'))
  await page.keyboard.press('e')
  await page.getByText('No error after this').waitFor()
  await page.keyboard.press('y')
  await page.getByText('Copied').waitFor()
  const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()))
  expect(copied.message).toContain('#395')
  await page.keyboard.press('c')
  await page.waitForURL(/around=396/)
  await page.getByText('In context').waitFor()
  expect(await row(page, '#395').getAttribute('aria-current')).toBe('true')
  await picture(page, 'stream-context')
  await page.keyboard.press('c')
  await page.waitForURL((address) => !address.search.includes('around'))
  await page.keyboard.press('g')
  await row(page, '#0 ').waitFor()
  await page.keyboard.press('G')
  await row(page, '#400').waitFor()
  await page.keyboard.press('k')
  await page.keyboard.press('f')
  await page.waitForURL(/f=server/)
  await row(page, '#400').waitFor()
})

test('the next error is found however far it is', async () => {
  const { url } = await withRecords(3000)
  // Without the many errors that the rows have: the only one left is far from both ends of what is loaded.
  const page = await openPage(url, { at: `/?q=${encodeURIComponent('-level:error OR @n:1397')}` })
  await row(page, '#2998').waitFor()
  expect(await loadedCount(page)).toBeLessThan(1000)
  await page.keyboard.press('E')
  const activeKey = (): Promise<string | null> => grid(page).getAttribute('aria-activedescendant')
  await waitFor('the error before', async () => (await activeKey()) === 'row-1398')
  expect(await row(page, '#1397').getByText('Error').count()).toBe(1)
  await page.keyboard.press('g')
  await row(page, '#0 ').waitFor()
  expect(await loadedCount(page)).toBeLessThan(1000)
  await page.keyboard.press('k')
  await page.keyboard.press('E')
  await page.getByText('No error before this').waitFor()
  await page.keyboard.press('e')
  await waitFor('the error after', async () => (await activeKey()) === 'row-1398')
  expect(await row(page, '#1397').count()).toBe(1)
})

test('a context leads on in both directions, past what the filters had left', async () => {
  const { url } = await withRecords(2000)
  const page = await openPage(url, { at: '/?q=level:error&around=1000' })
  await page.getByText('In context').waitFor()
  expect(await row(page, '#999').getAttribute('aria-current')).toBe('true')
  await row(page, '#997').waitFor()
  await row(page, '#1000').waitFor()
  await scrollRows(page, 'up', 'the first', (seen) => seen.has(1))
  const down = await scrollRows(page, 'down', 'the last', (seen) => seen.has(2000))
  expect(down).toEqual(upTo(2000))
  await page.getByRole('button', { name: 'Back to the stream' }).click()
  await page.waitForURL(`${url}/?q=level%3Aerror`)
  await waitFor('errors only', async () => (await row(page, 'info').count()) === 0)
}, 120_000)

test('what comes live keeps to the time that is asked for', async () => {
  const { url, run, add } = await withRecords(100)
  const page = await openPage(url, { at: `/?since=now-15m&q=${encodeURIComponent('rows OR level:>=debug')}` })
  await row(page, '#99').waitFor()
  run.began -= 3_600_000
  await add(10)
  run.began += 3_600_000
  await add(2)
  await row(page, '#111').waitFor()
  expect(await row(page, '#109').count()).toBe(0)
  await page.getByText('102 loaded').waitFor()
})

test('in a narrow window the details leave room for the messages, and the views are in a menu', async () => {
  const { url } = await withRecords(100)
  const page = await openPage(url, { width: 1024, height: 700 })
  const views = page.getByRole('navigation', { name: 'Views' })
  await row(page, '#96').click()
  await page.getByRole('complementary', { name: 'Details' }).waitFor()
  await views.waitFor({ state: 'hidden' })
  const message = row(page, '#96').getByRole('gridcell').last()
  expect((await message.boundingBox())?.width).toBeGreaterThan(200)
  const time = row(page, '#96').getByRole('gridcell').first()
  const [cell, written] = await Promise.all([time.boundingBox(), time.locator('time').boundingBox()])
  expect(written?.width).toBeLessThanOrEqual(cell?.width ?? 0)
  await page.getByRole('complementary', { name: 'Details' }).getByText('#96').first().waitFor()
  await picture(page, 'stream-narrow')
  await page.getByRole('button', { name: 'Views' }).click()
  await page.getByRole('menuitemradio', { name: 'Calls' }).click()
  await page.waitForURL(/\/calls/)
  await page.keyboard.press('Escape')
  await page.keyboard.press('1')
  await page.keyboard.press('Escape')
  await views.waitFor()
})
