/** The stream: records as they come, held while somebody reads, and every one of them to be found. */
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { tempDir } from '../kit/home.ts'
import { openPage, picture, talk, up } from '../kit/page.ts'
import { createTraffic } from '../kit/traffic.ts'
import { waitFor } from '../kit/wait.ts'

const grid = (page: Page) => page.getByRole('grid', { name: 'Records' })
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
