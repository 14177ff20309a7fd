/**
 * The page in a real browser: Debian's Chromium through playwright-core. One browser for a test file, a context of its own
 * (storage, language, theme) for each page. What a page must never do (errors on its console, requests to other hosts) fails the test.
 */
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, expect, onTestFinished } from 'vitest'
import { connectClient, type TestClient } from './clients.ts'
import { MAIN, NODE, type Running, start, tapCommand } from './process.ts'
import { waitFor } from './wait.ts'

const TALKER = fileURLToPath(new URL('./fixtures/talker.mjs', import.meta.url))
/** Where screenshots go. */
const ARTEFACTS = fileURLToPath(new URL('../ui/artefacts/', import.meta.url))

export interface Up {
  process: Running
  url: string
}

/** `logboom up` over a home; ended with the test. */
export const up = async (
  home: string,
  { port = 0, env = {} }: { port?: number; env?: Record<string, string> } = {},
): Promise<Up> => {
  const process = start([NODE, MAIN, 'up', '--home', home, '--port', String(port)], { env })
  const url = await waitFor('the address of the hub', () => {
    if (process.child.exitCode !== null) throw new Error(process.stderr().toString())
    return /http:\/\/\S+:\d+/.exec(process.stdout().toString())?.[0]
  })
  return { process, url }
}

/** One thing a talker does, and how it answers; see `fixtures/talker.mjs`. */
export type Step =
  | { log: { level: string; data: unknown; logger?: string } }
  | { stderr: string }
  | { stdout: string }
  | { progress: [number, number, string?] }
  | { waitMs: number }
export type Answer =
  | string
  | { error: string }
  | { throw: string }
  | { code: number; message: string }
  | { exit: number }

export interface Talker {
  client: TestClient
  /** Calls a tool that takes the steps, then answers. More arguments are only recorded. */
  call(tool: string, plan?: { steps?: Step[]; result?: Answer; [argument: string]: unknown }): Promise<string>
  close(): Promise<void>
}

/** A client on a server behind a tap, which says what it is told. */
export const talk = async (home: string, server: string, tools: readonly string[]): Promise<Talker> => {
  const client = await connectClient('v2-modern', tapCommand(home, server, [NODE, TALKER, ...tools]))
  return {
    client,
    call: (tool, plan = {}) => client.call(tool, plan, { progress: true }),
    close: () => client.close(),
  }
}

let browser: Promise<Browser> | undefined

const launch = (): Promise<Browser> => {
  browser ??= chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
  return browser
}

afterAll(async () => {
  const opened = await browser
  browser = undefined
  await opened?.close()
})

export interface OpenSettings {
  /** Path and search. */
  at?: string
  theme?: 'dark' | 'light'
  language?: 'en' | 'zh'
  width?: number
  height?: number
  /** What the console may say as an error, such as that the hub is away. */
  allow?: RegExp
  context?: BrowserContextOptions
}

/** Opens the page of a hub. At the end of the test it fails where the page did what it must not. */
export const openPage = async (url: string, settings: OpenSettings = {}): Promise<Page> => {
  const { at = '/', theme = 'dark', language = 'en', width = 1440, height = 900, allow } = settings
  const context = await (await launch()).newContext({
    viewport: { width, height },
    colorScheme: theme,
    locale: language === 'zh' ? 'zh-CN' : 'en-US',
    timezoneId: 'UTC',
    permissions: ['clipboard-read', 'clipboard-write'],
    ...settings.context,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(String(error.stack ?? error)))
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && allow?.test(message.text()) !== true)
      faults.push(message.text())
  })
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== url) faults.push(`request to ${request.url()}`)
  })
  onTestFinished(async () => {
    await context.close()
    expect(faults).toEqual([])
  })
  await page.goto(url + at)
  // Keys mean nothing before.
  await page.locator('#root > *').first().waitFor()
  return page
}

/** Keeps a picture of the page in test/ui/artefacts. */
export const picture = async (page: Page, name: string): Promise<void> => {
  mkdirSync(ARTEFACTS, { recursive: true })
  await page.screenshot({ path: `${ARTEFACTS}${name}.png` })
}
