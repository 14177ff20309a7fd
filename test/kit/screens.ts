/** Every screen of the page, and how it is come by, in the story of `app-story.ts`. */
import type { Page } from 'playwright-core'
import { callOf, recordOf } from './app-story.ts'

export interface Screen {
  name: string
  /** Path and search. */
  at: string
  /** What is there when it is. */
  ready: string
  /** What a person does then. */
  act?: (page: Page) => Promise<void>
}

const encode = encodeURIComponent

/** Once the story has been told. */
export const screensOf = async (url: string): Promise<Screen[]> => {
  const [failed, crashed, running, masked, unsure] = await Promise.all([
    callOf(url, 'tool:charge status:tool_error'),
    callOf(url, 'tool:build status:lost'),
    callOf(url, 'tool:rebuild status:started'),
    recordOf(url, 'level:emergency'),
    recordOf(url, 'attribution:ambiguous source:stderr'),
  ])
  const row = 'shard 2 of 4'
  return [
    { name: 'stream', at: '/', ready: row },
    { name: 'stream-paused', at: '/', ready: row, act: (page) => page.keyboard.press(' ') },
    {
      name: 'stream-filtered',
      at: `/?q=${encode('audit OR refused')}&f=${encode('server:payments')}&f=${encode('~level:debug')}&mark=says`,
      ready: 'audit step 8',
    },
    { name: 'stream-newest', at: '/?order=newest', ready: row },
    { name: 'record', at: `/?record=${masked.id}`, ready: 'audit step 8' },
    { name: 'record-unsure', at: `/?record=${unsure.id}`, ready: 'walking 1204 files' },
    { name: 'call-story', at: `/?call=${failed}`, ready: 'payment service unavailable' },
    { name: 'call-page', at: `/calls/${failed}`, ready: 'payment service unavailable' },
    { name: 'call-page-crash', at: `/calls/${crashed}`, ready: 'MemoryError' },
    { name: 'call-page-running', at: `/calls/${running}`, ready: 'rebuilding' },
    { name: 'calls', at: '/calls', ready: 'charge' },
    { name: 'tools', at: '/tools', ready: 'charge' },
    { name: 'servers', at: '/servers', ready: 'indexer' },
    { name: 'patterns', at: '/patterns', ready: 'audit step' },
    {
      name: 'nothing-found',
      at: `/?q=${encode('nosuchword')}&f=${encode('server:payments')}`,
      ready: 'payments',
    },
    {
      name: 'keys',
      at: '/',
      ready: row,
      act: async (page) => {
        await page.keyboard.press('?')
        await page.getByRole('dialog').waitFor()
      },
    },
    {
      name: 'completion',
      at: '/',
      ready: row,
      act: async (page) => {
        await page.keyboard.press('/')
        await page.getByRole('combobox').pressSequentially('server:')
        await page.getByRole('option').first().waitFor()
      },
    },
    {
      name: 'time-range',
      at: '/',
      ready: row,
      act: async (page) => {
        await page.getByRole('button', { name: /(All time|全部时间)$/ }).click()
        await page.getByRole('dialog').waitFor()
      },
    },
    {
      name: 'language-menu',
      at: '/',
      ready: row,
      act: async (page) => {
        await page.getByRole('button', { name: /^(Language|语言)$/ }).click()
        await page.getByRole('menu').waitFor()
      },
    },
    {
      name: 'waterfall',
      at: '/calls',
      ready: 'charge',
      act: async (page) => {
        await page.getByRole('button', { name: /Waterfall|瀑布图/ }).click()
        await page.getByText('rebuild').first().waitFor()
      },
    },
  ]
}
