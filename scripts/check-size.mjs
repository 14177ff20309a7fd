/**
 * Holds the size of what a server author pulls in: the `server` entry with all it imports, minified and gzipped. Built from
 * the sources, so that nothing need be built before. What is loaded only when it is asked for (`import()`) does not count.
 * And the size of the built page.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'tsdown'
import { pageBudgets } from './page-size.mjs'

const LIMIT = 25_000
const root = path.dirname(import.meta.dirname)
const outDir = mkdtempSync(path.join(tmpdir(), 'logboom-size-'))

try {
  await build({
    config: false,
    cwd: path.join(root, 'packages/sdk'),
    entry: { server: 'src/server/index.ts' },
    outDir,
    platform: 'neutral',
    target: 'node20',
    deps: { neverBundle: [/^node:/] },
    minify: true,
    dts: false,
    logLevel: 'warn',
  })
  const entry = readdirSync(outDir).find((name) => /^server\.m?js$/.test(name))
  const files = new Set(entry === undefined ? [] : [entry])
  const texts = []
  for (const name of files) {
    const text = readFileSync(path.join(outDir, name), 'utf8')
    texts.push(text)
    for (const [, found] of text.matchAll(/(?:from|import)\s*["']\.\/([^"']+)["']/g)) files.add(found)
  }
  const bytes = gzipSync(texts.join('\n')).length
  process.stdout.write(`@logboom/sdk/server: ${bytes} bytes gzipped and minified, of at most ${LIMIT}\n`)
  if (texts.length === 0 || bytes > LIMIT) process.exitCode = 1
  for (const { what, bytes, limit } of pageBudgets()) {
    process.stdout.write(`${what}: ${bytes} bytes, of at most ${limit}\n`)
    if (bytes > limit) process.exitCode = 1
  }
} finally {
  rmSync(outDir, { recursive: true, force: true })
}
