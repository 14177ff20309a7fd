/** Programs below `examples/`: run in a copy of their folder, and held to the pages that print them. */
import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { tempDir } from './home.ts'
import { NODE, run } from './process.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** Runs a program of a folder below `examples/` in a copy of that folder: the lines it printed, and where it ran. */
export const runExample = async (
  folderName: string,
  program: string,
): Promise<{ lines: string[]; folder: string }> => {
  const root = tempDir()
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'), 'junction')
  writeFileSync(join(root, 'package.json'), '{"type":"module"}')
  const folder = join(root, 'program')
  cpSync(join(ROOT, 'examples', folderName), folder, { recursive: true })
  const { code, stdout, stderr } = await run([NODE, '--import', 'tsx', join(folder, program)], {
    // Up to sixteen processes compile TypeScript one after the other.
    timeoutMs: 100_000,
    cwd: folder,
  })
  expect({ code, stderr: code === 0 ? '' : stderr.toString() }).toEqual({ code: 0, stderr: '' })
  return { lines: stdout.toString().trimEnd().split('\n'), folder }
}

/** The page prints every program below `examples/{folder}`, each as it is, and names no other. */
export const expectShown = (page: string, folder: string): void => {
  const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')
  const files = readdirSync(join(ROOT, 'examples', folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|mjs|json|py)$/.test(name))
    .map((name) => `examples/${folder}/${name.replaceAll('\\', '/')}`)
  expect(files).not.toEqual([])
  const blocks = [...read(page).matchAll(/`(examples\/\S+)`\n\n```\w+\n([\s\S]*?)```/g)]
  for (const [, file = '', code] of blocks) {
    expect(files).toContain(file)
    expect(code, file).toBe(read(file))
  }
  // A program that is another's too is shown once.
  const shown = new Set(blocks.map(([, , code]) => code))
  for (const file of files) expect(shown.has(read(file)), file).toBe(true)
}
