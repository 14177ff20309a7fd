/** An empty stream says why it is empty, and what to do. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { writeRun } from '../kit/captured.ts'
import { connectClient } from '../kit/clients.ts'
import { tempDir } from '../kit/home.ts'
import { stopWriting } from '../kit/no-writing.ts'
import { openPage, picture, talk, up } from '../kit/page.ts'
import { NODE } from '../kit/process.ts'
import { waitFor, within } from '../kit/wait.ts'

const TALKER = fileURLToPath(new URL('../kit/fixtures/talker.mjs', import.meta.url))

test('nothing captured yet: the command that is shown, run for real, brings the first record, and the page shows it', async () => {
  const home = tempDir()
  const { url } = await up(home)
  const page = await openPage(url)
  await page.getByRole('heading', { name: 'Nothing was captured yet' }).waitFor()
  await picture(page, 'welcome-first')
  await page.getByLabel('Name of the server').fill('my talker')
  await page.getByLabel('Its command').fill(`${NODE} "${TALKER}" greet`)
  await page.getByRole('tab', { name: 'Any command line' }).click()
  const panel = page.getByRole('tabpanel')
  await panel.getByRole('button', { name: 'Copy' }).click()
  const copied = await page.evaluate<string>('navigator.clipboard.readText()')
  expect(await panel.locator('pre').textContent()).toBe(copied)
  expect(copied).toContain(`tap --server 'my talker'`)
  // As a shell takes it apart.
  const words = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${copied}`])
    .toString()
    .split('\0')
    .slice(0, -1)
  const client = await connectClient('v2-auto', words as [string, ...string[]])
  expect(await within('the call', client.call('greet', { result: 'hello' }), 20_000)).toBe('ok')
  await page.getByRole('heading', { name: 'Nothing was captured yet' }).waitFor({ state: 'hidden' })
  await page.getByRole('row').filter({ hasText: 'my talker' }).first().waitFor()
})

test('a demo is a click away, and its records stream in', async () => {
  const { url } = await up(tempDir())
  const page = await openPage(url)
  await page.getByRole('button', { name: 'Show me a demo' }).click()
  await page.getByRole('status').getByText('It starts').waitFor()
  await page.getByRole('row').filter({ hasText: 'analytics' }).first().waitFor()
  await page.getByRole('heading', { name: 'Nothing was captured yet' }).waitFor({ state: 'hidden' })
})

test('each host has its file and its configuration, with keys alone', async () => {
  const { url } = await up(tempDir())
  const page = await openPage(url)
  const tab = (name: string) => page.getByRole('tab', { name })
  await tab('Claude Desktop').focus()
  const panel = page.getByRole('tabpanel')
  for (const [name, told] of [
    ['Claude Desktop', 'claude_desktop_config.json'],
    ['Claude Code', 'claude mcp add'],
    ['Cursor', '.cursor/mcp.json'],
    ['VS Code', '.vscode/mcp.json'],
    ['Windsurf', 'mcp_config.json'],
    ['Zed', 'context_servers'],
    ['Cline', 'cline_mcp_settings.json'],
    ['Any command line', 'tap --server files'],
    ['Your own code', 'journalSink'],
  ] as const) {
    expect(await tab(name).getAttribute('aria-selected')).toBe('true')
    await panel.getByText(told).first().waitFor()
    await page.keyboard.press('ArrowRight')
  }
  await tab('Cursor').click()
  await panel.getByRole('button', { name: 'Copy .cursor/mcp.json' }).click()
  await panel.getByText('Copied').waitFor()
  expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe('.cursor/mcp.json')
})

test('filters that match nothing say how much each of them hides, and a click takes it away', async () => {
  const home = tempDir()
  const { url } = await up(home)
  const files = await talk(home, 'files', ['read'])
  await files.call('read', { steps: [{ stderr: 'timeout of the disk' }] })
  await files.close()
  const page = await openPage(url, { at: '/?q=timeout+network&f=server%3Afiles' })
  await page.getByRole('heading', { name: 'Nothing matches' }).waitFor()
  const row = (name: string) => page.getByRole('row').filter({ hasText: name })
  await waitFor('the counts of the API', async () => {
    for (const [name, q] of [
      ['Without the word network', 'timeout server:files'],
      ['Without the word timeout', 'network server:files'],
      ['Without the filter server:files', 'timeout network'],
      ['Without any of them', ''],
    ] as const) {
      const address = `${url}/api/v1/histogram?q=${encodeURIComponent(q)}`
      const { total } = (await (await fetch(address)).json()) as { total: number }
      const told = await row(name).getByRole('cell').last().textContent()
      if (told !== (total === 1 ? '1 record' : `${total} records`)) return false
    }
    return true
  })
  await picture(page, 'welcome-filtered')
  // A filter is switched off, and says how it comes back.
  const chip = page.getByRole('button', { name: 'server:files', exact: true })
  await page.getByText('A filter that is left out is switched off').waitFor()
  await page.getByRole('button', { name: 'Without the filter server:files' }).click()
  await row('Without the filter').waitFor({ state: 'hidden' })
  expect(await chip.getAttribute('aria-pressed')).toBe('false')
  await chip.click()
  await page.getByRole('button', { name: 'Without the word network' }).click()
  await page.waitForURL(`${url}/?q=timeout&f=server%3Afiles`)
  await page.getByRole('row').filter({ hasText: 'timeout of the disk' }).first().waitFor()
})

test('a time range without records says when the newest was, and goes there', async () => {
  const home = tempDir()
  const hour = 3_600_000
  const now = Math.floor(Date.now() / 1000) * 1000
  writeRun(home, { server: 'files', at: now - 24 * hour, messages: ['of yesterday'] })
  writeRun(home, { server: 'files', at: now - 2 * hour, messages: ['before noon'] })
  writeRun(home, { server: 'weather', at: now - hour, messages: ['rain'] })
  const { url } = await up(home)
  const page = await openPage(url, { at: '/?since=2001-01-01&until=2001-01-02' })
  // A run's last record is its exit, a millisecond later.
  const newest = (at: number, ago: string) => {
    const [day, clock] = new Date(at + 1).toISOString().replace('Z', '').split('T')
    return page.getByText(`The newest one is of ${day} ${clock} +00:00 (${ago}`)
  }
  await page.getByRole('heading', { name: 'Nothing in this time range' }).waitFor()
  await newest(now - hour, '-1h 0m').waitFor()
  await picture(page, 'welcome-time')
  // What else is asked for counts.
  const box = page.getByRole('combobox').first()
  await box.fill('server:files')
  await box.press('Enter')
  await newest(now - 2 * hour, '-2h 0m').waitFor()
  await page.getByRole('button', { name: 'Go there' }).click()
  const row = (text: string) => page.getByRole('row').filter({ hasText: text })
  await row('before noon').waitFor()
  expect(await row('of yesterday').count()).toBe(0)
  expect(new URL(page.url()).searchParams.get('q')).toBe('server:files')
})

test('a hub that cannot store says so, why and what to do, and shows what waited as soon as it can', async () => {
  const home = tempDir()
  const { process, url } = await up(home)
  const page = await openPage(url)
  const main = page.getByRole('main')
  const first = main.getByRole('heading', { name: 'Nothing was captured yet' })
  await first.waitFor()
  const writeAgain = stopWriting(process.pid)
  const files = await talk(home, 'files', ['read'])
  await files.call('read', { steps: [{ stderr: 'waits for room' }] })
  const alert = main.getByRole('alert').filter({ hasText: 'The hub cannot store anything at the moment' })
  await alert.getByText('Free some space').waitFor()
  await waitFor('the numbers and the reason of the API', async () => {
    const { hub } = (await (await fetch(`${url}/api/v1/stats`)).json()) as {
      hub: { failing?: string; atRisk: { records: number } }
    }
    const waiting = `${hub.atRisk.records} records are on their way into the store`
    return (
      hub.failing !== undefined &&
      (await alert.getByText(hub.failing).count()) === 1 &&
      (await main.getByRole('heading', { name: waiting, exact: true }).count()) === 1
    )
  })
  expect(await first.count()).toBe(0)
  await picture(page, 'welcome-failing')
  writeAgain()
  await page.getByRole('row').filter({ hasText: 'waits for room' }).first().waitFor()
  await alert.waitFor({ state: 'hidden' })
  await files.close()
})

test('a hub that is gone before anything was captured: how to start it, and then the page goes on by itself', async () => {
  const home = tempDir()
  const hub = await up(home)
  const page = await openPage(hub.url, { allow: /ERR_|Failed to load/ })
  const main = page.getByRole('main')
  const first = main.getByRole('heading', { name: 'Nothing was captured yet' })
  await first.waitFor()
  hub.process.kill('SIGTERM')
  await hub.process.ended()
  await main.getByRole('heading', { name: 'The hub does not answer' }).waitFor()
  await main.getByText('Start it with: logboom up').waitFor()
  await main.getByRole('button', { name: 'Try again' }).waitFor()
  expect(await first.count()).toBe(0)
  await picture(page, 'welcome-away')
  await up(home, { port: Number(new URL(hub.url).port) })
  await first.waitFor()
  expect(await main.getByRole('heading', { name: 'The hub does not answer' }).count()).toBe(0)
  const files = await talk(home, 'files', ['read'])
  await files.call('read', { steps: [{ stderr: 'at last' }] })
  await page.getByRole('row').filter({ hasText: 'at last' }).first().waitFor()
  await files.close()
})

test('a hub that answers with an error is not called gone, and is asked again', async () => {
  const { url } = await up(tempDir())
  const page = await openPage(url, { allow: /500/ })
  const main = page.getByRole('main')
  await main.getByRole('heading', { name: 'Nothing was captured yet' }).waitFor()
  const json = { error: { code: 'LB_INTERNAL', message: 'out of luck', hint: 'Look at its log.' } }
  await page.route('**/api/v1/stats', (route) => route.fulfill({ status: 500, json }))
  await main.getByRole('heading', { name: 'The hub did not answer this question' }).waitFor()
  await main.getByRole('alert').getByText('out of luck').waitFor()
  await main.getByText('Look at its log.').waitFor()
  expect(await main.getByText('Start it with').count()).toBe(0)
  await page.unroute('**/api/v1/stats')
  await main.getByRole('heading', { name: 'Nothing was captured yet' }).waitFor()
})

test('the welcome speaks Chinese, wears the light theme, and fits into a small window', async () => {
  const { url } = await up(tempDir())
  const page = await openPage(url, { language: 'zh', theme: 'light', width: 1024, height: 700 })
  await page.getByRole('heading', { name: '还没有捕获到任何内容' }).waitFor()
  await page.getByRole('tab', { name: 'Cursor' }).click()
  await page.getByRole('tabpanel').getByText('把下面的内容加入其中一个文件').waitFor()
  expect(await page.locator('html').getAttribute('data-theme')).toBe('light')
  const wider = await page
    .getByRole('main')
    .evaluate(
      (main) =>
        [main, ...main.querySelectorAll('div')].filter((box) => box.scrollWidth > box.clientWidth).length,
    )
  expect(wider).toBe(0)
  await picture(page, 'welcome-zh')
})
