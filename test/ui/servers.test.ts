/** Servers: which live, what they said, how they ended, and the way to why. */
import { expect, test } from 'vitest'
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
}

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
  await card('model').getByText('not running').waitFor()
  await card('model').getByText('model crashed with code 3').waitFor()
  await waitFor('the counts of the API', async () => {
    const { servers } = (await (await fetch(`${url}/api/v1/servers`)).json()) as { servers: Server[] }
    for (const { server, records, levels } of servers) {
      if (
        !(await card(server)
          .getByRole('button', { name: `${records} records` })
          .isVisible())
      )
        return false
      for (const [level, count] of Object.entries(levels))
        if (
          !(await card(server)
            .getByRole('button', { name: `${level} ${count}`, exact: false })
            .first()
            .isVisible())
        )
          return false
    }
    return servers.length === 2
  })
  await picture(page, 'servers')
  await files.close()
  await card('files').getByText('not running').waitFor()
})

test('last words lead to what the run said before its end', async () => {
  const { url } = await story()
  const page = await openPage(url, { at: '/servers' })
  const model = page.getByRole('region', { name: 'model' })
  await model.getByRole('button', { name: 'model crashed with code 3' }).click()
  await page.waitForURL(/f=run/)
  await page.getByRole('row').filter({ hasText: 'out of memory' }).first().waitFor()
  expect(new URL(page.url()).searchParams.get('until')).not.toBeNull()
})

test('stray lines on stdout are told in words, and shown by a click', async () => {
  const { url } = await story()
  const page = await openPage(url, { at: '/servers' })
  const model = page.getByRole('region', { name: 'model' })
  await model.getByText('1 line on stdout is no protocol').waitFor()
  await model.getByRole('button', { name: 'Show them' }).click()
  await page.getByRole('row').filter({ hasText: 'Downloading weights' }).first().waitFor()
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
  await row.getByRole('button').first().click()
  await page.waitForURL(/f=server%3Amodel&f=run/)
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
})

test('a refused handshake is told, with what the server wrote on stderr a click away', async () => {
  const home = tempDir()
  const { url } = await up(home)
  const script = scriptFile(tempDir(), [
    { await: 'initialize' },
    { emit: 'stderr', text: 'config.json: no such file\n' },
    {
      emit: 'stdout',
      text: '{"jsonrpc":"2.0","id":0,"error":{"code":-32000,"message":"not configured"}}\n',
    },
    { end: true },
  ])
  await connectClient('v1', tapCommand(home, 'broken', raw(script))).catch(() => undefined)
  const page = await openPage(url, { at: '/servers' })
  const broken = page.getByRole('region', { name: 'broken' })
  await broken.getByText('not configured').first().waitFor()
  await broken.getByRole('button', { name: 'What it wrote on stderr' }).click()
  await page.getByRole('row').filter({ hasText: 'config.json: no such file' }).first().waitFor()
  expect(new URL(page.url()).searchParams.getAll('f')).toContain('source:stderr')
})
