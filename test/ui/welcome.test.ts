/** An empty stream says why it is empty, and what to do. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { connectClient } from '../kit/clients.ts'
import { tempDir } from '../kit/home.ts'
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
  await page.getByRole('button', { name: 'Without the word network' }).click()
  await page.waitForURL(`${url}/?q=timeout&f=server%3Afiles`)
  await page.getByRole('row').filter({ hasText: 'timeout of the disk' }).first().waitFor()
})

test('a time range without records says when the newest was, and goes there', async () => {
  const home = tempDir()
  const { url } = await up(home)
  const files = await talk(home, 'files', ['read'])
  await files.call('read')
  await files.close()
  const page = await openPage(url, { at: '/?since=2001-01-01&until=2001-01-02' })
  await page.getByRole('heading', { name: 'Nothing in this time range' }).waitFor()
  await page.getByText('The newest one is of 20').waitFor()
  await picture(page, 'welcome-time')
  await page.getByRole('button', { name: 'Go there' }).click()
  await page.getByRole('row').filter({ hasText: 'files' }).first().waitFor()
})

test('the welcome speaks Chinese and wears the light theme', async () => {
  const { url } = await up(tempDir())
  const page = await openPage(url, { language: 'zh', theme: 'light', width: 1024, height: 700 })
  await page.getByRole('heading', { name: '还没有捕获到任何内容' }).waitFor()
  await page.getByRole('tab', { name: 'Cursor' }).click()
  await picture(page, 'welcome-zh')
})
