/** The bottom line: the promise in numbers that add up, and how the hub is. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempDir } from '../kit/home.ts'
import { openPage, picture, talk, up } from '../kit/page.ts'
import { fillDisk, smallDisk } from '../kit/small-disk.ts'
import { waitFor } from '../kit/wait.ts'

interface Stats {
  servers: { records: number }[]
  dropped: Record<string, number>
  hub: { atRisk: { records: number } }
}

const statsOf = async (url: string): Promise<Stats> =>
  (await fetch(`${url}/api/v1/stats`)).json() as Promise<Stats>

const numbers = (text: string): number[] =>
  [...text.matchAll(/[\d,]+/g)].map(([n]) => Number(n.replaceAll(',', '')))

test('the bottom line counts servers, and what was captured adds up as the API has it', async () => {
  const home = tempDir()
  const { url } = await up(home)
  const files = await talk(home, 'files', ['read'])
  const weather = await talk(home, 'weather', ['forecast'])
  await files.call('read', { steps: [{ stderr: 'reading' }] })
  await weather.call('forecast')
  await weather.close()
  const page = await openPage(url)
  const bar = page.getByRole('contentinfo')
  await bar.getByText('2 servers, 1 alive').waitFor()
  await waitFor('the numbers of the API', async () => {
    const { servers, dropped, hub } = await statsOf(url)
    const stored = servers.reduce((all, { records }) => all + records, 0)
    const lost = Object.values(dropped).reduce((all, n) => all + n, 0)
    const [captured = -1, ...parts] = numbers((await bar.getByText('captured').textContent()) ?? '')
    expect(captured).toBe((parts[0] ?? 0) + (parts[1] ?? 0) + (parts[2] ?? 0))
    return parts[0] === stored && parts[1] === hub.atRisk.records && parts[2] === lost && stored > 0
  })
  await picture(page, 'status')
  await files.close()
  await bar.getByText('2 servers, 0 alive').waitFor()
})

test('a click on the account says where every record is, and why some are gone', async () => {
  const home = tempDir()
  const { url } = await up(home)
  const files = await talk(home, 'files', ['read'])
  await files.call('read')
  await files.close()
  // A journal whose numbers jump: five records were never written.
  const run = '0198c0de-0000-7000-8000-000000000001'
  const record = (seq: number) =>
    JSON.stringify({
      id: `0198c0de-0000-7000-8000-00000000010${seq}`,
      ...{
        time: Date.now(),
        observed: Date.now(),
        seq,
        level: 'info',
        server: 'gappy',
        run,
        source: 'stderr',
      },
      ...{ message: `number ${seq}`, attributes: {} },
    })
  const header = JSON.stringify({
    logboom: 1,
    run,
    server: 'gappy',
    pid: 999999,
    pidStart: 'gone',
    segment: 0,
  })
  writeFileSync(join(home, 'journal', `${run}.0.ndjson`), `${[header, record(0), record(6)].join('\n')}\n`)
  const page = await openPage(url)
  await page
    .getByRole('contentinfo')
    .getByRole('button', { name: /dropped 5$/ })
    .click()
  const dialog = page.getByRole('dialog', { name: 'Where every record is' })
  await dialog.getByText('missing numbers that nothing explains').waitFor()
  await picture(page, 'status-account')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
})

test('a hub that is gone is told, and forgotten when it is back', async () => {
  const home = tempDir()
  const first = await up(home)
  const page = await openPage(first.url, { allow: /ERR_|Failed to load/ })
  const bar = page.getByRole('contentinfo')
  await bar.getByText('0 servers').waitFor()
  first.process.kill('SIGTERM')
  await first.process.ended()
  await bar.getByText('The hub does not answer').waitFor()
  await picture(page, 'status-offline')
  await up(home, { port: Number(new URL(first.url).port) })
  await bar.getByText('The hub does not answer').waitFor({ state: 'hidden' })
})

test('a full disk is told, with what to do', async () => {
  const disk = smallDisk(16)
  if (disk === undefined) return
  // The journals are elsewhere: captures go on, and the hub has something that it cannot store.
  const home = join(disk, 'home')
  mkdirSync(home)
  symlinkSync(tempDir(), join(home, 'journal'))
  const { url } = await up(home)
  const files = await talk(home, 'files', ['read'])
  await files.call('read')
  const page = await openPage(url)
  const bar = page.getByRole('contentinfo')
  await bar.getByText('1 server, 1 alive').waitFor()
  fillDisk(disk)
  // More than the store's files have room for.
  const steps = Array.from({ length: 100 }, () => ({ stderr: randomBytes(10_000).toString('hex') }))
  await files.call('read', { steps })
  await bar.getByText('Nothing can be stored:').waitFor()
  await bar.getByText('Free some space').waitFor()
  await picture(page, 'status-full')
})
