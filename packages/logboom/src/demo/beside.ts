/**
 * The demo's app for a hub that shows it: `node beside.js HOME MAIN`. What its servers say comes into a home that somebody
 * uses, where nothing is touched; its own files lie in a directory of their own, and go when it ends. It ends when its
 * workflow is over, or its stdin.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { writeServers } from './servers.ts'
import { fakeApiKey, startApp } from './workflow.ts'

/** Between two steps, for the reader. Milliseconds. */
const PAUSE = 600

const [home, cli] = process.argv.slice(2)
if (home === undefined || cli === undefined) throw new Error('usage: beside.js HOME MAIN')

const told = new AbortController()
process.stdin.resume().once('close', () => told.abort())

const dir = mkdtempSync(path.join(home, 'demo-'))
try {
  const gateway = writeServers({ home, cli, node: process.execPath }, dir)
  const app = await startApp({ gateway, apiKey: fakeApiKey() })
  const close = (): void => void app.close()
  told.signal.addEventListener('abort', close)
  for (const { run } of app.steps) {
    if (told.signal.aborted) break
    await run()
    await wait(PAUSE, undefined, { signal: told.signal }).catch(() => undefined)
  }
  await app.close()
} finally {
  rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
  process.stdin.destroy()
}
