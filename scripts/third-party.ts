/** For every bundle that is published: whose code it holds, and under which licence. A plugin of Rolldown, and so of Vite. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** The package a bundled module came from: its directory, or nothing for our own sources. */
const packageOf = (id: string): string | undefined =>
  /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(id.replace(/^\0/, ''))?.[0]

/** Name, version, licence and licence text of one package. */
const noticeOf = (directory: string): string => {
  const { name, version, license } = JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8'))
  const file = readdirSync(directory).find((entry) => /^licen[cs]e/i.test(entry))
  const text = file === undefined ? '' : `\n${readFileSync(path.join(directory, file), 'utf8').trim()}\n`
  return `${name} ${version}, licence ${license}\n${text}`
}

/** Writes down whose code the bundle holds, and under which licence. */
export const thirdParty = (fileName: string) => ({
  name: 'third-party',
  generateBundle(
    this: { emitFile(asset: { type: 'asset'; fileName: string; source: string }): unknown },
    _options: unknown,
    bundle: Record<string, { type: string; moduleIds?: string[] }>,
  ) {
    const directories = new Set(
      Object.values(bundle)
        .flatMap((chunk) => chunk.moduleIds ?? [])
        .map(packageOf)
        .filter((directory) => directory !== undefined && existsSync(path.join(directory, 'package.json'))),
    )
    const notices = [...new Set([...directories].map((directory) => noticeOf(directory ?? '')))].sort()
    const head = 'The files in this directory hold code of these packages.\n'
    this.emitFile({ type: 'asset', fileName, source: [head, ...notices].join(`\n${'-'.repeat(72)}\n`) })
  },
})
