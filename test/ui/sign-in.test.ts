/** A hub with a token lets in who has it. */
import { expect, test } from 'vitest'
import { tempDir } from '../kit/home.ts'
import { openPage, picture, talk, up } from '../kit/page.ts'

/** With characters that mean something else in an address. */
const TOKEN = 'open+sesame/12=='
/** Chromium tells every answer 401 on the console. */
const allow = /401/

const guarded = () => up(tempDir(), { env: { LOGBOOM_TOKEN: TOKEN } })

test('a hub with a token asks for it, says when it is wrong, and remembers it in the tab', async () => {
  const { url } = await guarded()
  const page = await openPage(url, { allow })
  await page.getByRole('heading', { name: 'This hub needs its token' }).waitFor()
  await page.getByText('#token=').waitFor()
  expect(await page.getByLabel('Token').getAttribute('type')).toBe('password')
  await page.getByLabel('Token').fill('wrong')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').getByText('This token is wrong.').waitFor()
  await picture(page, 'sign-in')
  // As it comes out of a terminal.
  await page.getByLabel('Token').fill(` ${TOKEN} `)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('navigation', { name: 'Views' }).waitFor()
  await page.getByRole('contentinfo').getByText('0 servers').waitFor()
  await page.reload()
  await page.getByRole('navigation', { name: 'Views' }).waitFor()
  // Another tab of the same browser.
  const other = await page.context().newPage()
  await other.goto(url)
  await other.getByRole('heading', { name: 'This hub needs its token' }).waitFor()
})

test('an address that ends in the token signs in, and forgets it at once', async () => {
  const { url } = await guarded()
  const at = '/?q=server%3Afiles'
  const page = await openPage(url, { at: `${at}#token=${TOKEN}` })
  await page.getByRole('navigation', { name: 'Views' }).waitFor()
  await page.getByRole('contentinfo').getByText('0 servers').waitFor()
  expect(page.url()).toBe(url + at)
  await page.reload()
  await page.getByRole('contentinfo').getByText('0 servers').waitFor()
})

test('the way in speaks Chinese, too', async () => {
  const { url } = await guarded()
  const page = await openPage(url, { allow, language: 'zh', theme: 'light' })
  await page.getByRole('heading', { name: '这个 hub 需要令牌' }).waitFor()
  await picture(page, 'sign-in-zh')
})

test('a hub that comes back with a token asks for it, and the stream goes on behind it', async () => {
  const home = tempDir()
  const open = await up(home)
  const files = await talk(home, 'files', ['read'])
  await files.call('read', { steps: [{ stderr: 'before the token' }] })
  const page = await openPage(open.url, { allow: /401|ERR_|Failed to load/ })
  const main = page.getByRole('main')
  await main.getByText('before the token', { exact: true }).waitFor()
  open.process.kill('SIGTERM')
  await open.process.ended()
  await up(home, { port: Number(new URL(open.url).port), env: { LOGBOOM_TOKEN: TOKEN } })
  await page.getByRole('heading', { name: 'This hub needs its token' }).waitFor()
  await page.getByLabel('Token').fill(TOKEN)
  await page.keyboard.press('Enter')
  await main.getByText('before the token', { exact: true }).waitFor()
  await files.call('read', { steps: [{ stderr: 'behind the token' }] })
  await main.getByText('behind the token', { exact: true }).waitFor()
  await files.close()
})
