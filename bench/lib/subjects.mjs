// The commands that are compared. LOGBOOM_BENCH_TAP (a JSON array of words, {home} among them) replaces the tap, to try
// another one.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const cli = here('../../packages/logboom/dist/cli/main.js')

export const echoServer = here('./echo-server.mjs')

const quoted = (word) => `'${word.replaceAll("'", "'\\''")}'`

export const direct = (args = []) => [process.execPath, [echoServer, ...args]]

/** What two more processes on the way cost at the very least. */
export const cats = (args = []) => [
  '/bin/sh',
  ['-c', `cat | ${[process.execPath, echoServer, ...args].map(quoted).join(' ')} | cat`],
]

export const tap = (home, args = []) => {
  const other = process.env.LOGBOOM_BENCH_TAP
  if (other === undefined && !existsSync(cli)) throw new Error(`${cli} is missing: run "npm run build" first`)
  const [command, ...before] =
    other === undefined
      ? [process.execPath, cli, 'tap', '--home', home, '--server', 'bench', '--']
      : JSON.parse(other).map((word) => word.replace('{home}', home))
  return [command, [...before, process.execPath, echoServer, ...args]]
}

/** A home of its own, removed afterwards. */
export const withHome = async (use) => {
  const home = mkdtempSync(join(tmpdir(), 'logboom-bench-'))
  try {
    return await use(home)
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}
