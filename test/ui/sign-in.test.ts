/** A hub with a token lets in who has it. */
import { expect, test } from 'vitest'
import { tempDir } from '../kit/home.ts'
import { openPage, picture, up } from '../kit/page.ts'

const TOKEN = 'open-sesame-1234'
/** Chromium tells every answer 401 on the console. */
const allow = /401/

const guarded = () => up(tempDir(), { env: { LOGBOOM_TOKEN: TOKEN } })

test('a hub with a token asks for it, says when it is wrong, and remembers it in the tab', async () => {
  const { url } = await guarded()
  const page = await openPage(url, { allow })
  await page.getByRole('heading', { name: 'This hub needs its token' }).waitFor()
  await page.getByText('#token=').waitFor()
  await page.getByLabel('Token').fill('wrong')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').getByText('This token is wrong.').waitFor()
  await picture(page, 'sign-in')
  await page.getByLabel('Token').fill(TOKEN)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('navigation', { name: 'Views' }).waitFor()
  await page.getByRole('contentinfo').getByText('0 servers').waitFor()
  await page.reload()
  await page.getByRole('navigation', { name: 'Views' }).waitFor()
  const other = await openPage(url, { allow })
  await other.getByRole('heading', { name: 'This hub needs its token' }).waitFor()
})

test('an address that ends in the token signs in, and forgets it at once', async () => {
  const { url } = await guarded()
  const page = await openPage(url, { at: `/servers#token=${TOKEN}` })
  await page.getByRole('navigation', { name: 'Views' }).waitFor()
  await page.getByRole('contentinfo').getByText('0 servers').waitFor()
  expect(page.url()).toBe(`${url}/servers`)
})

test('the way in speaks Chinese, too', async () => {
  const { url } = await guarded()
  const page = await openPage(url, { allow, language: 'zh', theme: 'light' })
  await page.getByRole('heading', { name: '这个 hub 需要令牌' }).waitFor()
  await picture(page, 'sign-in-zh')
})
