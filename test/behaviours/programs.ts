/**
 * The programs of `servers/`, made into plain JavaScript of the sources once a run: the cells over stdio test what the others
 * test, and a child starts as quickly as any.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsdown'

const root = fileURLToPath(new URL('../..', import.meta.url))
let folder: string | undefined

/** Makes them; in a folder of the run's own, below which the installed packages are found. */
export const buildPrograms = async (): Promise<void> => {
  mkdirSync(join(root, '.cache'), { recursive: true })
  folder = mkdtempSync(join(root, '.cache', 'behaviours-'))
  await build({
    config: false,
    cwd: root,
    entry: ['play', 'host'].map((name) => `test/behaviours/servers/${name}.mjs`),
    outDir: folder,
    format: 'esm',
    platform: 'node',
    fixedExtension: true,
    dts: false,
    logLevel: 'warn',
    inputOptions: { resolve: { conditionNames: ['@logboom/source', 'node', 'import', 'default'] } },
    deps: { alwaysBundle: [/^@logboom\//], neverBundle: [/^@modelcontextprotocol\//, 'zod'] },
  })
}

export const removePrograms = (): void => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
}

/** The file of one. */
export const program = (name: 'play' | 'host'): string => {
  if (folder === undefined) throw new Error('buildPrograms comes first')
  return join(folder, `${name}.mjs`)
}
