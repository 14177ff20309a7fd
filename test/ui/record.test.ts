/** A record beside: all that is known about it, and what can be done with it. */
import { readFileSync } from 'node:fs'
import type { LogRecord } from '@logboom/sdk/record'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { writeRun } from '../kit/captured.ts'
import { tempDir } from '../kit/home.ts'
import { openPage, picture, talk, up } from '../kit/page.ts'
import { waitFor } from '../kit/wait.ts'

interface Stored {
  position: number
  record: LogRecord
}

/** The newest record that a query finds, as soon as the hub has it. */
const found = (url: string, q: string): Promise<Stored> =>
  waitFor(`a record for ${q}`, async () => {
    const response = await fetch(`${url}/api/v1/records?limit=1&q=${encodeURIComponent(q)}`)
    const { items } = (await response.json()) as { items: Stored[] }
    return items[0]
  })

const panel = (page: Page) => page.getByRole('region', { name: 'Record' })
const clipboard = (page: Page): Promise<string> => page.evaluate('navigator.clipboard.readText()')

test('a record shows what it says, when, from where, and why it belongs to its call', async () => {
  const home = tempDir()
  const { url } = await up(home)
  const server = await talk(home, 'analytics', ['analyze'])
  await server.call('analyze', {
    steps: [
      {
        log: {
          level: 'warning',
          logger: 'cleaner',
          data: {
            msg: 'rows were dropped\nbecause of nulls',
            extra: { rows: 7, user: { id: 42 }, tags: ['a', 'b'] },
          },
        },
      },
      { stderr: 'pool is warm' },
      { progress: [1, 2] },
    ],
  })
  const { record } = await found(url, 'dropped')
  const page = await openPage(url, { at: `/?record=${record.id}` })
  await panel(page)
    .getByRole('heading', { level: 2, name: /warning.*analytics.*message.*cleaner/ })
    .waitFor()
  const text = await panel(page).textContent()
  expect(text).toContain(`${new Date(record.time).toISOString().replace('T', ' ').slice(0, 23)} +00:00`)
  expect(text).toMatch(/\d+s ago/)
  expect(text).toContain('rows were dropped\nbecause of nulls')
  expect(text).toContain('the only call in flight at that time')
  // One key deep: a row of its own.
  expect(await panel(page).getByRole('definition').filter({ hasText: /^42$/ }).count()).toBe(1)
  await picture(page, 'record-dark')

  // Progress names its request.
  const progress = await found(url, 'source:notification')
  await page.goto(`${url}/?record=${progress.record.id}`)
  await panel(page).getByText("came on that request's own stream, or names it").waitFor()

  // A pipe does not: its lines are inferred, and say so.
  const line = await found(url, '"pool is warm"')
  await page.goto(`${url}/?record=${line.record.id}`)
  await panel(page).getByText('the only call in flight at that time').waitFor()
  await panel(page).getByRole('link', { name: 'Show its call' }).click()
  expect(new URL(page.url()).searchParams.get('call')).toBe(
    line.record.call !== undefined && 'id' in line.record.call ? line.record.call.id : '',
  )
  await page.keyboard.press('Escape')
  await panel(page).getByText('pool is warm').first().waitFor()
  await page.keyboard.press('Escape')
  await panel(page).waitFor({ state: 'detached' })
  await server.close()
})

test('a record that several calls could have caused names them all, and leads to each', async () => {
  const home = tempDir()
  const { url } = await up(home)
  const server = await talk(home, 'search', ['find', 'fetch', 'say'])
  const waiting = ['find', 'fetch'].map((tool) => server.call(tool, { steps: [{ waitMs: 1500 }] }))
  await waitFor('both to be open', async () => {
    const response = await fetch(`${url}/api/v1/calls?q=${encodeURIComponent('tool:(find OR fetch)')}`)
    return ((await response.json()) as { items: unknown[] }).items.length === 2
  })
  await server.call('say', { steps: [{ stderr: 'whose line is it' }] })
  await Promise.all(waiting)
  const { record } = await found(url, '"whose line"')
  const page = await openPage(url, { at: `/?record=${record.id}` })
  await panel(page).getByText('one of 3 calls: all were in flight, and nothing says which').waitFor()
  const candidates = panel(page).getByRole('list', { name: 'Calls that could be meant' })
  await candidates.getByRole('link', { name: /^fetch/ }).click()
  expect(new URL(page.url()).searchParams.get('call')).not.toBeNull()
  await server.close()
})

test('masked values are drawn as masked, with the rule', async () => {
  const home = tempDir()
  const { url } = await up(home)
  const server = await talk(home, 'db', ['connect'])
  await server.call('connect', {
    steps: [
      { stderr: 'opening postgres://app:hunter2secret@db/main' },
      { stderr: 'claimed [redacted:nothing]' },
    ],
  })
  const { record } = await found(url, 'opening')
  expect(record.message).toContain('[redacted:url-password]')
  const page = await openPage(url, { at: `/?record=${record.id}` })
  await panel(page).getByText('masked: url-password').waitFor()
  await panel(page).getByText('One value was masked before it was written').waitFor()

  // A server that writes what a mask looks like has masked nothing.
  const claimed = await found(url, 'claimed')
  await page.goto(`${url}/?record=${claimed.record.id}`)
  await panel(page)
    .getByRole('region', { name: 'Message' })
    .getByText('claimed [redacted:nothing]', { exact: true })
    .waitFor()
  await server.close()
})

test('a record can be copied in every form, and its permalink opens it anywhere', async () => {
  const home = tempDir()
  const [record] = writeRun(home, {
    server: 'old',
    at: Date.now() - 86_400_000,
    messages: ['long ago', 'after it'],
  })
  const { url } = await up(home)
  if (record === undefined) throw new Error('nothing was written')
  await found(url, '"long ago"')
  const page = await openPage(url, { at: `/?record=${record.id}` })
  const copy = async (name: string): Promise<string> => {
    await panel(page).getByRole('button', { name: 'Copy', exact: true }).click()
    await page.getByRole('menuitem', { name, exact: true }).click()
    await page.getByRole('menu').waitFor({ state: 'hidden' })
    return clipboard(page)
  }
  expect(await copy('Message')).toBe('long ago')
  expect(JSON.parse(await copy('JSON'))).toEqual(record)
  const query = await copy('Query that finds it')
  expect((await found(url, query)).record).toEqual(record)
  expect(await copy('As curl')).toBe(`curl '${url}/api/v1/records/${record.id}'`)
  const link = await copy('Permalink')
  const other = await openPage(url, { at: link.slice(url.length) })
  await panel(other).getByText('long ago').waitFor()

  await panel(page).getByRole('tab', { name: 'JSON' }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    panel(page).getByRole('button', { name: 'Download' }).click(),
  ])
  expect(JSON.parse(readFileSync(await download.path(), 'utf8'))).toEqual(record)
})

test('neighbours in the same run are a key away, and so is what happened around it', async () => {
  const home = tempDir()
  const at = Date.now() - 60_000
  const records = writeRun(home, { server: 'steps', at, messages: ['first', 'second', 'third'] })
  writeRun(home, { server: 'other', at, messages: ['elsewhere'] })
  const { url } = await up(home)
  const { position } = await found(url, 'second')
  const page = await openPage(url, { at: `/?record=${records[1]?.id}` })
  const message = panel(page).getByRole('region', { name: 'Message' })
  await message.getByText('second').waitFor()
  await panel(page).getByRole('button', { name: 'Later record of this run' }).click()
  await message.getByText('third').waitFor()
  await expect
    .poll(() => panel(page).getByRole('button', { name: 'Earlier record of this run' }).isEnabled())
    .toBe(true)
  await page.keyboard.press('[')
  await message.getByText('second').waitFor()
  await expect
    .poll(() => panel(page).getByRole('button', { name: 'Earlier record of this run' }).isEnabled())
    .toBe(true)
  await page.keyboard.press('[')
  await message.getByText('first').waitFor()
  // The first of its run: nothing is before it.
  await expect
    .poll(() => panel(page).getByRole('button', { name: 'Earlier record of this run' }).isDisabled())
    .toBe(true)
  await page.keyboard.press(']')
  await message.getByText('second').waitFor()
  await page.keyboard.press('c')
  await page.waitForURL(`**/*around=${position}*`)
})

test('a record that is gone says so, and what to do', async () => {
  const { url } = await up(tempDir())
  const page = await openPage(url, { at: '/patterns?record=0193-gone', allow: /404/ })
  await panel(page).getByRole('heading', { name: 'This record is not there any more.' }).waitFor()
  await panel(page).getByRole('button', { name: 'Show the stream' }).click()
  await page.waitForURL(`${url}/`)
})

const deep = (levels: number): unknown => (levels === 0 ? 'bottom' : { down: deep(levels - 1), here: levels })

test('whatever a server logs is shown, never acts, and never freezes the page', async () => {
  const home = tempDir()
  const { url } = await up(home)
  const server = await talk(home, 'hostile', ['shout'])
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`key ${n}`, `value ${n}`]))
  await server.call('shout', {
    steps: [
      { log: { level: 'error', data: { msg: 'five hundred', extra: many } } },
      {
        log: {
          level: 'error',
          data: { msg: 'very deep', extra: { top: deep(60), held: '{"inner":{"a":[1,2]}}' } },
        },
      },
      {
        log: {
          level: 'info',
          data: { msg: 'nothing in it', extra: { empty: '', none: null, list: [], object: {} } },
        },
      },
      { log: { level: 'error', data: `line\n`.repeat(12_000) } },
      { log: { level: 'error', data: '<img src=x onerror=alert(1)> \u202egnp.exe \u001b[31mred' } },
    ],
  })
  const page = await openPage(url, { at: `/?record=${(await found(url, '"five hundred"')).record.id}` })
  await panel(page).getByRole('button', { name: 'Show 100 more' }).waitFor()
  expect(await panel(page).getByText('value 99', { exact: true }).count()).toBe(1)
  expect(await panel(page).getByText('value 100', { exact: true }).count()).toBe(0)
  await panel(page).getByRole('button', { name: 'Show 100 more' }).click()
  await panel(page).getByText('value 199', { exact: true }).waitFor()

  const show = async (q: string): Promise<void> => {
    const { record } = await found(url, q)
    await page.goto(`${url}/?record=${record.id}`)
    await panel(page).getByRole('region', { name: 'Message' }).waitFor()
  }
  await show('"very deep"')
  await panel(page).getByRole('button', { name: 'Open as JSON' }).click()
  await panel(page).getByText('inner.a').waitFor()
  await picture(page, 'record-deep')
  await show('"nothing in it"')
  await panel(page).getByText('empty text').waitFor()
  expect(await panel(page).textContent()).toContain('nonenull')
  await show('line')
  await panel(page)
    .getByRole('button', { name: /Show all of it \(\d+ KiB\)/ })
    .click()
  await panel(page).getByRole('button', { name: 'Show less' }).waitFor()
  await panel(page).getByRole('tab', { name: 'JSON' }).click()
  await panel(page).getByRole('button', { name: 'Copy JSON' }).waitFor()
  await show('img')
  expect(await panel(page).locator('img').count()).toBe(0)
  const text = await panel(page).getByRole('region', { name: 'Message' }).textContent()
  expect(text).toBe('<img src=x onerror=alert(1)> \\u{202e}gnp.exe ␛[31mred')
  await server.close()
})

test('the record speaks Chinese, in light', async () => {
  const home = tempDir()
  const [record] = writeRun(home, {
    server: '分析',
    at: Date.now() - 5000,
    messages: ['数据包含空值，将进行清理'],
  })
  const { url } = await up(home)
  await found(url, '空值')
  const page = await openPage(url, {
    at: `/?record=${record?.id}`,
    language: 'zh',
    theme: 'light',
    width: 1024,
    height: 700,
  })
  await page.getByRole('region', { name: '记录' }).getByRole('tab', { name: '属性' }).waitFor()
  await picture(page, 'record-zh-light')
})
