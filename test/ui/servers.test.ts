/** Servers: which live, what they said, how they ended, and the way to why. */
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { writeRun } from '../kit/captured.ts'
import { connectClient } from '../kit/clients.ts'
import { scriptFile, tempDir } from '../kit/home.ts'
import { openPage, picture, talk, up } from '../kit/page.ts'
import { tapCommand } from '../kit/process.ts'
import { fixtureV1, raw } from '../kit/servers.ts'
import { waitFor } from '../kit/wait.ts'

interface Server {
  server: string
  records: number
  levels: Record<string, number>
  exits: { run: string; time: number }[]
}

const serversOf = async (url: string): Promise<Server[]> => {
  const { servers } = (await (await fetch(`${url}/api/v1/servers`)).json()) as { servers: Server[] }
  return servers
}

interface Run {
  run: string
  records: number
  first: number
  lastSeen: number
}

/** What a column of durations says, in milliseconds. */
const milliseconds = (text = ''): number => {
  const [amount, unit] = text.split(' ')
  return Number(amount) * (unit === 's' ? 1000 : 1)
}

const filters = (page: Page): string[] => new URL(page.url()).searchParams.getAll('f')

const story = async () => {
  const home = tempDir()
  const { url } = await up(home)
  const files = await talk(home, 'files', ['read'])
  await files.call('read', {
    steps: [{ stderr: 'ERROR: disk is slow' }, { log: { level: 'warning', data: 'hm' } }],
  })
  const model = await talk(home, 'model', ['predict'])
  await model.call('predict', {
    steps: [{ stdout: 'Downloading weights' }, { stderr: 'out of memory 内存不足' }],
  })
  await model.call('predict', { result: { exit: 3 } })
  return { home, url, files }
}

test('a living server and a crashed one are told apart, with the counts of the API and the last words', async () => {
  const { url, files } = await story()
  const page = await openPage(url, { at: '/servers' })
  const card = (name: string) => page.getByRole('region', { name, exact: true })
  await card('files').getByText('alive').waitFor()
  await card('files').getByText('2 runs', { exact: true }).waitFor()
  for (const [name, value] of [
    ['called by', 'logboom-test'],
    ['protocol', '2026-07-28'],
    ['version', '1.2.3'],
    ['can', 'logging tools'],
  ] as const)
    await card('files')
      .locator('dl > div')
      .filter({ has: page.getByRole('term').getByText(name, { exact: true }) })
      .getByRole('definition')
      .filter({ hasText: value })
      .waitFor()
  await card('model').getByText('not running').waitFor()
  await card('model').getByText('model crashed with code 3').waitFor()
  await waitFor('the counts of the API', async () => {
    const servers = await serversOf(url)
    for (const { server, records, levels } of servers)
      for (const name of [
        `${records} records`,
        ...Object.entries(levels).map(([level, count]) => `${level} ${count}`),
      ])
        if (!(await card(server).getByRole('button', { name, exact: true }).isVisible())) return false
    return servers.length === 2
  })
  await picture(page, 'servers')
  await files.close()
  await card('files').getByText('not running').waitFor()
})

test('the counts of a card lead to what they count, and its errors to no other level', async () => {
  const { url } = await story()
  const page = await openPage(url, { at: '/servers?f=-source%3Acall' })
  const files = page.getByRole('region', { name: 'files' })
  const row = (text: string) => page.getByRole('row').filter({ hasText: text })
  await files.getByRole('button', { name: /^warning \d+$/ }).click()
  await row('hm').waitFor()
  expect(filters(page)).toEqual(['-source:call', 'server:files', 'level:warning'])
  await page.getByRole('link', { name: 'Servers' }).click()
  await files.getByRole('button', { name: 'Errors' }).click()
  await row('disk is slow').waitFor()
  expect(filters(page)).toEqual(['-source:call', 'server:files', 'level:>=error'])
  await page.goBack()
  await files.getByRole('button', { name: /^\d+ records?$/ }).click()
  await page.waitForURL(`${url}/?*`)
  expect(filters(page)).toEqual(['-source:call', 'server:files', 'level:warning'])
})

test('last words lead to what the run said before its end', async () => {
  const { url } = await story()
  const page = await openPage(url, { at: '/servers?q=server%3Amodel&f=-level%3Adebug' })
  const model = page.getByRole('region', { name: 'model' })
  await model.getByRole('button', { name: 'model crashed with code 3' }).click()
  await page.waitForURL(/f=run/)
  await page.getByRole('row').filter({ hasText: 'out of memory' }).first().waitFor()
  const [exit] = (await serversOf(url)).find(({ server }) => server === 'model')?.exits ?? []
  const { time = Number.NaN, run } = exit ?? {}
  const asked = new URL(page.url()).searchParams
  expect(asked.get('q')).toBeNull()
  expect(filters(page)).toEqual(['server:model', `run:${run}`])
  // A minute before the end, and what other pipes say a moment after it.
  expect(asked.get('since')).toBe(new Date(time - 60_000).toISOString())
  expect(asked.get('until')).toBe(new Date(time + 5000).toISOString())
})

test('stray lines on stdout are told in words where they are, and shown by a click', async () => {
  const { url } = await story()
  const page = await openPage(url, { at: '/servers' })
  const model = page.getByRole('region', { name: 'model' })
  await model.getByText('1 line on stdout is no protocol').waitFor()
  expect(await page.getByText('no protocol').count()).toBe(1)
  await model.getByRole('button', { name: 'Show them' }).click()
  await page.getByRole('row').filter({ hasText: 'Downloading weights' }).first().waitFor()
  expect(filters(page)).toEqual(['server:model', 'source:stdout'])
})

test('stray lines are told of every server, however many write them', async () => {
  const home = tempDir()
  const names = Array.from({ length: 12 }, (_, index) => `noisy-${index}`)
  for (const server of names)
    writeRun(home, { server, at: Date.now() - 1000, messages: [{ source: 'stdout', message: 'DEBUG: up' }] })
  const { url } = await up(home)
  const page = await openPage(url, { at: '/servers' })
  for (const name of names)
    await page.getByRole('region', { name, exact: true }).getByText('1 line on stdout is').waitFor()
})

test('what was dropped is told by reason, and the report is a click away, whatever else is asked', async () => {
  const home = tempDir()
  const attributes = { event: 'drop', reason: 'overflow', records: 5 }
  const report = {
    source: 'lifecycle',
    level: 'warning',
    message: '5 records were lost',
    attributes,
  } as const
  writeRun(home, { server: 'busy', at: Date.now() - 1000, messages: ['one', report] })
  const { url } = await up(home)
  const page = await openPage(url, { at: '/servers?f=source%3Astderr' })
  const dropped = page.getByRole('listitem').filter({ hasText: '5 records were dropped: overflow' })
  await dropped.getByRole('button', { name: 'Where' }).click()
  await page.getByRole('row').filter({ hasText: '5 records were lost' }).waitFor()
  expect(filters(page)).toEqual(['server:busy', '@event:drop', '@reason:overflow'])
})

test('the newest three ends are on a card, and all runs in its list', async () => {
  const home = tempDir()
  const runs = new Map(
    [4, 1, 3, 2].map((minutes) => {
      const at = Date.now() - minutes * 60_000
      return [minutes, writeRun(home, { server: 'often', at, messages: ['up'] })[0]?.run ?? '']
    }),
  )
  const { url } = await up(home)
  const page = await openPage(url, { at: '/servers' })
  const often = page.getByRole('region', { name: 'often' })
  await often.getByText('4 runs', { exact: true }).waitFor()
  await often.getByRole('button', { name: 'Runs' }).click()
  const ids = often.getByRole('table').getByRole('button', { name: '…' })
  await ids.first().waitFor()
  expect(await ids.allTextContents()).toEqual(
    [1, 2, 3, 4].map((minutes) => `…${runs.get(minutes)?.slice(-8)}`),
  )
  const ends = often.getByRole('listitem').getByRole('button', { name: 'exited with code 0' })
  expect(await ends.count()).toBe(3)
  await ends.last().click()
  await page.waitForURL(/until=/)
  expect(filters(page)).toEqual(['server:often', `run:${runs.get(3)}`])
})

test('without a server the page tells how to capture one; with filters in the way, how to see the rest', async () => {
  const home = tempDir()
  const { url } = await up(home)
  const page = await openPage(url, { at: '/servers' })
  await page.getByText('No server was captured yet.').waitFor()
  await page.getByRole('button', { name: 'Capture a first server' }).click()
  await page.waitForURL(`${url}/`)
  writeRun(home, { server: 'files', at: Date.now() - 1000, messages: ['up'] })
  writeRun(home, { server: 'model', at: Date.now() - 1000, messages: ['up'] })
  await waitFor('both servers', async () => (await serversOf(url)).length === 2)
  await page.goto(`${url}/servers?q=level%3Aalert&f=server%3Afiles&since=now-15m`)
  await page.getByText('No server has records that match what is asked.').waitFor()
  await page.getByRole('button', { name: 'Ask for everything' }).click()
  // The filter is only switched off.
  await page.waitForURL(`${url}/servers?f=%7Eserver%3Afiles`)
  await page.getByRole('region', { name: 'model' }).waitFor()
  await page.goto(`${url}/servers?f=server%3Afiles`)
  await page.getByRole('region', { name: 'files' }).waitFor()
  expect(await page.getByRole('region', { name: 'model' }).count()).toBe(0)
})

test('the runs of a server unfold, and one of them is a click away', async () => {
  const { url } = await story()
  const page = await openPage(url, { at: '/servers', language: 'zh', theme: 'light' })
  const model = page.getByRole('region', { name: 'model' })
  await model.getByRole('button', { name: '运行列表' }).click()
  const row = model.getByRole('table').getByRole('row').nth(1)
  await row.getByText('model crashed with code 3').waitFor()
  await row.getByText('2026-07-28').waitFor()
  await picture(page, 'servers-zh')
  const [run] = await waitFor('the numbers of the API', async () => {
    const { runs } = (await (await fetch(`${url}/api/v1/runs?q=server%3Amodel`)).json()) as { runs: Run[] }
    const [newest] = runs
    const [, , lasted, records] = await row.getByRole('cell').allTextContents()
    if (newest === undefined || records !== String(newest.records)) return false
    // Seconds are told to a hundredth.
    if (Math.abs(milliseconds(lasted) - (newest.lastSeen - newest.first)) > 50) return false
    // Those of other servers are not among them.
    return (await model.getByRole('table').getByRole('row').count()) === 1 + runs.length && runs
  })
  await row.getByRole('button').first().click()
  await page.waitForURL(/f=server%3Amodel&f=run/)
  expect(filters(page)).toEqual(['server:model', `run:${run?.run}`])
  await page.goBack()
  await model.getByRole('button', { name: '运行列表' }).click()
  await row.getByRole('button', { name: 'model crashed with code 3' }).click()
  await page.waitForURL(/until=/)
  expect(filters(page)).toEqual(['server:model', `run:${run?.run}`])
})

test('the era of the protocol is told, and what is deprecated of it', async () => {
  const home = tempDir()
  const { url } = await up(home)
  await connectClient('v1', tapCommand(home, 'old', fixtureV1))
  const modern = await talk(home, 'new', ['speak'])
  await modern.call('speak', { steps: [{ log: { level: 'info', data: 'as a notification' } }] })
  const page = await openPage(url, { at: '/servers' })
  const card = (name: string) => page.getByRole('region', { name })
  await card('old').getByText('(legacy era)').waitFor()
  await card('new').getByText('(modern era)').waitFor()
  const deprecated = card('new').getByRole('listitem').filter({ hasText: 'protocol logging' })
  await deprecated.getByText('servers log to stderr or OpenTelemetry').waitFor()
  await picture(page, 'servers-eras')
  await deprecated.getByRole('button', { name: 'Where' }).click()
  await page.getByRole('row').filter({ hasText: 'protocol logging is deprecated' }).first().waitFor()
  expect(filters(page)).toEqual(['server:new', '@event:deprecation', '@feature:"protocol logging"'])
})

test('the newest refused handshake of a server is told, with what it wrote on stderr a click away', async () => {
  const home = tempDir()
  const { url } = await up(home)
  const refuse = async (server: string, message: string): Promise<void> => {
    const error = { code: -32000, message }
    const script = scriptFile(tempDir(), [
      { await: 'initialize' },
      { emit: 'stderr', text: `${message}: no such file\n` },
      { emit: 'stdout', text: `${JSON.stringify({ jsonrpc: '2.0', id: 0, error })}\n` },
      { end: true },
    ])
    await connectClient('v1', tapCommand(home, server, raw(script))).catch(() => undefined)
  }
  await refuse('broken', 'config.json')
  await refuse('broken', 'secrets.json')
  await refuse('other', 'other.json')
  const page = await openPage(url, { at: '/servers' })
  const failureOf = (name: string) =>
    page
      .getByRole('region', { name })
      .getByRole('listitem')
      .filter({ hasText: 'It did not come to an understanding' })
  const failure = failureOf('broken')
  await failure.getByText('secrets.json').waitFor()
  await failureOf('other').getByText('other.json').waitFor()
  await failure.getByRole('button', { name: 'What it wrote on stderr' }).click()
  await page.getByRole('row').filter({ hasText: 'secrets.json: no such file' }).first().waitFor()
  expect(await page.getByRole('row').filter({ hasText: 'config.json' }).count()).toBe(0)
  expect(filters(page)).toContain('source:stderr')
})
