/**
 * Holds the size of the page, as it was built: what a browser loads before it shows anything, the styles, and everything.
 * Gzipped, as the hub sends it; what is loaded only when it is asked for (`import()`) counts only in the last.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'

const dir = path.join(path.dirname(import.meta.dirname), 'packages/logboom/dist/ui')
const gzipped = (file) => gzipSync(readFileSync(file)).length

/** The scripts a document loads, with all that these import at once. */
const initialScripts = (html) => {
  const files = new Set(
    [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, file]) => path.join(dir, file)),
  )
  for (const file of files) {
    const text = readFileSync(file, 'utf8')
    for (const [, found] of text.matchAll(/(?:from|import)\s*["'](\.[^"']+\.js)["']/g))
      files.add(path.join(path.dirname(file), found))
  }
  return [...files]
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0)

export const pageBudgets = () => {
  if (!existsSync(path.join(dir, 'index.html')))
    return [{ what: 'the page, which is not built', bytes: 0, limit: -1 }]
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(dir, name))
    .filter((file) => statSync(file).isFile())
  const scripts = initialScripts(readFileSync(path.join(dir, 'index.html'), 'utf8'))
  const styles = files.filter((file) => file.endsWith('.css'))
  return [
    { what: "the page's initial JavaScript, gzipped", bytes: sum(scripts.map(gzipped)), limit: 250_000 },
    { what: "the page's CSS, gzipped", bytes: sum(styles.map(gzipped)), limit: 30_000 },
    { what: 'all files of the page', bytes: sum(files.map((file) => statSync(file).size)), limit: 1_500_000 },
  ]
}
