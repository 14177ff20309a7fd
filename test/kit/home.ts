/** Temporary folders of a test, removed when it is over. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** An empty folder. */
export const tempDir = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'logboom-test-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }))
  return dir
}

/** Places of one captured server: its home and what the recorders on both sides of the tap keep. */
export interface Places {
  root: string
  home: string
  outside: string
  inside: string
}

export const places = (): Places => {
  const root = tempDir()
  return { root, home: join(root, 'home'), outside: join(root, 'outside'), inside: join(root, 'inside') }
}

let scripts = 0

/** Writes a script of the raw server; returns its path. */
export const scriptFile = (dir: string, steps: readonly object[]): string => {
  const file = join(dir, `script-${scripts++}.json`)
  writeFileSync(file, JSON.stringify(steps))
  return file
}
