/** The table of tools: how often, how well, how long; and the ways from it to the calls. */
import { expect, test } from 'vitest'
import { tempDir } from '../kit/home.ts'
import { openPage, picture, talk, up } from '../kit/page.ts'
import { waitFor } from '../kit/wait.ts'

interface Tool {
  tool?: string
  server: string
  calls: number
  open: number
  p50?: number
  p95?: number
  p99?: number
}

const story = async () => {
  const home = tempDir()
  const { url } = await up(home)
  const files = await talk(home, 'files', ['read', 'write'])
  const weather = await talk(home, 'weather', ['forecast'])
  for (const waitMs of [0, 0, 250]) await files.call('read', { steps: [{ waitMs }] })
  await files.call('read', { result: { error: 'no such file: 报告.txt' } })
  await files.call('write', { steps: [{ waitMs: 120 }] })
  await weather.call('forecast', { city: 'x'.repeat(3000) })
  await weather.close()
  return { url, files }
}

const toolsOf = async (url: string): Promise<Tool[]> => {
  const { tools } = (await (await fetch(`${url}/api/v1/tools`)).json()) as { tools: Tool[] }
  return tools
}

/** What a column of durations says, in milliseconds. */
const milliseconds = (text = ''): number => {
  const [amount, unit] = text.split(' ')
  return Number(amount) * (unit === 's' ? 1000 : 1)
}

test('every tool has its row with the numbers of the API, now and later, sorted as chosen and kept so', async () => {
  const { url, files } = await story()
  const page = await openPage(url, { at: '/tools' })
  const rows = page.locator('tbody').first().getByRole('row')
  const rowOf = (tool: string) =>
    rows.filter({ has: page.getByRole('rowheader', { name: tool, exact: true }) })
  const cellsOf = (tool: string) => rowOf(tool).getByRole('cell').allTextContents()
  await waitFor('the numbers of the API', async () => {
    const tools = (await toolsOf(url)).filter(({ tool }) => tool !== undefined)
    if (tools.length !== 3 || (await rows.count()) !== 3) return false
    for (const { tool = '', server, calls, open } of tools) {
      const cells = await cellsOf(tool)
      if (!cells[0]?.includes(server) || cells[1] !== String(calls) || cells[2] !== String(open)) return false
    }
    return true
  })
  const read = rowOf('read')
  await read.getByRole('button', { name: '25%' }).waitFor()
  await picture(page, 'tools')
  const told = (await toolsOf(url)).find(({ tool }) => tool === 'read')
  const durations = (await cellsOf('read')).slice(4, 7).map(milliseconds)
  for (const [index, name] of (['p50', 'p95', 'p99'] as const).entries()) {
    const precision = Math.max(0.5, 0.01 * (told?.[name] ?? 0))
    expect(Math.abs((durations[index] ?? Number.NaN) - (told?.[name] ?? Number.NaN))).toBeLessThanOrEqual(
      precision,
    )
  }
  // It asks with three thousand characters, and is answered with a few.
  const [request, response] = (await cellsOf('forecast')).slice(7, 9)
  expect([request, response]).toEqual([expect.stringMatching(/^\d\.\d KiB/), expect.stringMatching(/^\d+ B/)])
  await read.getByRole('img', { name: /^at most [1-9]\d* calls in / }).waitFor()

  const header = (name: string) => page.getByRole('columnheader', { name, exact: true })
  expect(await header('Calls').getAttribute('aria-sort')).toBe('descending')
  await header('p95').getByRole('button').click()
  expect(await header('p95').getAttribute('aria-sort')).toBe('descending')
  expect(await header('Calls').getAttribute('aria-sort')).toBe('none')
  const slowest = (await toolsOf(url))
    .filter(({ tool }) => tool !== undefined)
    .reduce((a, b) => ((a.p95 ?? 0) > (b.p95 ?? 0) ? a : b))
  expect(await rows.first().getByRole('rowheader').textContent()).toBe(slowest.tool)
  await page.reload()
  expect(await header('p95').getAttribute('aria-sort')).toBe('descending')

  await files.call('write')
  await waitFor('the call that came later', async () => (await cellsOf('write'))[1] === '2')
})

test('from a tool to its calls, from its errors to the failed ones, from the last error to its record', async () => {
  const { url } = await story()
  const page = await openPage(url, { at: '/tools?f=-tool%3Awrite' })
  const filters = () => new URL(page.url()).searchParams.getAll('f')
  const last = page.getByRole('cell').getByRole('button', { name: 'no such file' })
  await last.click()
  await page.waitForURL(/\/tools\?.*record=/)
  await page.getByRole('complementary').getByText('no such file: 报告.txt').first().waitFor()
  // What the row says already is not said again.
  expect(await last.textContent()).not.toContain('tools/call')
  expect(await page.getByRole('rowheader', { name: 'write' }).count()).toBe(0)
  await page.getByRole('button', { name: '25%' }).click()
  await page.waitForURL(/\/calls\?/)
  expect(filters()).toEqual(['-tool:write', 'server:files', 'tool:read', 'status:error'])
  await page.goBack()
  await page.getByRole('rowheader', { name: 'forecast' }).getByRole('button').click()
  await page.waitForURL(/\/calls\?/)
  expect(filters()).toEqual(['-tool:write', 'server:weather', 'tool:forecast'])
})

test('methods of the protocol are folded away unless they are all there is; a click shows them, another folds them', async () => {
  const { url } = await story()
  const page = await openPage(url, { at: '/tools', language: 'zh', theme: 'light', width: 1024, height: 700 })
  const fold = page.getByRole('button', { name: '协议自身的' })
  const discover = page.getByRole('rowheader', { name: 'server/discover' })
  expect(await fold.getAttribute('aria-expanded')).toBe('false')
  expect(await discover.count()).toBe(0)
  await fold.click()
  await discover.first().waitFor()
  expect(await fold.getAttribute('aria-expanded')).toBe('true')
  await picture(page, 'tools-zh')
  await fold.click()
  await discover.first().waitFor({ state: 'hidden' })
  await page.goto(`${url}/tools?f=server%3Afiles&f=method%3Aserver%2Fdiscover`)
  await discover.waitFor()
  expect(await fold.getAttribute('aria-expanded')).toBe('true')
  await discover.getByRole('button').click()
  await page.waitForURL(/\/calls\?/)
  expect(new URL(page.url()).searchParams.getAll('f')).toEqual(['server:files', 'method:server/discover'])
})

test('without a call the table says what will be there; with filters in the way, how to see the rest', async () => {
  const { url } = await up(tempDir())
  const page = await openPage(url, { at: '/tools' })
  await page.getByText('No tool was called yet.').waitFor()
  await page.goto(`${url}/tools?q=tool%3Anone&f=server%3Aany&since=now-15m`)
  await page.getByText('No call matches what is asked.').waitFor()
  await page.getByRole('button', { name: 'Ask for everything' }).click()
  // The filter is only switched off.
  await page.waitForURL(`${url}/tools?f=%7Eserver%3Aany`)
  await page.getByText('No tool was called yet.').waitFor()
})
