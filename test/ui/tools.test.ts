/** The table of tools: how often, how well, how long; and the ways from it to the calls. */
import { expect, test } from 'vitest'
import { tempDir } from '../kit/home.ts'
import { openPage, picture, talk, up } from '../kit/page.ts'
import { waitFor } from '../kit/wait.ts'

interface Tool {
  tool?: string
  server: string
  calls: number
  p95?: number
}

const story = async () => {
  const home = tempDir()
  const { url } = await up(home)
  const files = await talk(home, 'files', ['read', 'write'])
  const weather = await talk(home, 'weather', ['forecast'])
  for (let i = 0; i < 3; i++) await files.call('read')
  await files.call('read', { result: { error: 'no such file: 报告.txt' } })
  await files.call('write', { steps: [{ waitMs: 120 }] })
  await weather.call('forecast', { city: 'x'.repeat(3000) })
  await files.close()
  await weather.close()
  return url
}

const toolsOf = async (url: string): Promise<Tool[]> => {
  const { tools } = (await (await fetch(`${url}/api/v1/tools`)).json()) as { tools: Tool[] }
  return tools
}

test('every tool has its row with the numbers of the API, sorted as chosen and kept so', async () => {
  const url = await story()
  const page = await openPage(url, { at: '/tools' })
  const rows = page.locator('tbody').first().getByRole('row')
  await waitFor('the numbers of the API', async () => {
    const tools = (await toolsOf(url)).filter(({ tool }) => tool !== undefined)
    if (tools.length !== 3) return false
    for (const { tool = '', calls } of tools) {
      const row = rows.filter({ has: page.getByRole('rowheader', { name: tool, exact: true }) })
      if ((await row.count()) !== 1) return false
      if ((await row.getByRole('cell').nth(1).textContent()) !== String(calls)) return false
    }
    return true
  })
  const read = rows.filter({ has: page.getByRole('rowheader', { name: 'read' }) })
  await read.getByRole('button', { name: '25%' }).waitFor()
  await picture(page, 'tools')
  const header = (name: string) => page.getByRole('columnheader', { name, exact: true })
  expect(await header('Calls').getAttribute('aria-sort')).toBe('descending')
  await header('p95').getByRole('button').click()
  expect(await header('p95').getAttribute('aria-sort')).toBe('descending')
  const slowest = (await toolsOf(url))
    .filter(({ tool }) => tool !== undefined)
    .reduce((a, b) => ((a.p95 ?? 0) > (b.p95 ?? 0) ? a : b))
  expect(await rows.first().getByRole('rowheader').textContent()).toBe(slowest.tool)
  await page.reload()
  expect(await header('p95').getAttribute('aria-sort')).toBe('descending')
})

test('from a tool to its calls, from its errors to the failed ones, from the last error to its record', async () => {
  const url = await story()
  const page = await openPage(url, { at: '/tools' })
  await page.getByRole('button', { name: 'no such file' }).click()
  await page.waitForURL(/\/tools\?record=/)
  await page.getByRole('complementary').waitFor()
  await page.getByRole('button', { name: '25%' }).click()
  await page.waitForURL(/\/calls\?/)
  expect(new URL(page.url()).searchParams.getAll('f')).toEqual(['server:files', 'tool:read', 'status:error'])
  await page.goBack()
  await page.getByRole('rowheader', { name: 'forecast' }).getByRole('button').click()
  await page.waitForURL(/\/calls\?/)
  expect(new URL(page.url()).searchParams.getAll('f')).toEqual(['server:weather', 'tool:forecast'])
})

test('methods of the protocol are folded away, and a click shows them', async () => {
  const url = await story()
  const page = await openPage(url, { at: '/tools', language: 'zh', theme: 'light', width: 1024, height: 700 })
  const fold = page.getByRole('button', { name: '协议自身的' })
  expect(await fold.getAttribute('aria-expanded')).toBe('false')
  await fold.click()
  await page.getByRole('rowheader', { name: 'server/discover' }).first().waitFor()
  await picture(page, 'tools-zh')
})

test('without a call the table says what will be there; with filters in the way, how to see the rest', async () => {
  const { url } = await up(tempDir())
  const page = await openPage(url, { at: '/tools' })
  await page.getByText('No tool was called yet.').waitFor()
  await page.goto(`${url}/tools?q=tool%3Anone`)
  await page.getByText('No call matches what is asked.').waitFor()
  await page.getByRole('button', { name: 'Ask for everything' }).click()
  await page.waitForURL(`${url}/tools`)
})
