/** `docs/cli.md` has every command and option that the program has, and no other. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { runProgram } from './program.ts'
import { fakeContext, memoryStore } from './testing.ts'

const page = readFileSync(new URL('../../../../docs/cli.md', import.meta.url), 'utf8')

const section = (heading: string): string => page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''

/** The first cells of the table's rows. */
const firstCells = (text: string): string[] =>
  [...text.matchAll(/^\| (`.*?) \|/gm)].map(([, cell = '']) => cell.replaceAll('`', ''))

const help = async (...argv: string[]): Promise<string> => {
  const context = fakeContext(memoryStore({}))
  await runProgram([...argv, '--help'], context)
  return context.printed()
}

/** The long names of the options that a help lists. */
const optionsOf = async (command: string): Promise<string[]> =>
  [...(await help(command)).matchAll(/^ {2}(?:-\w, )?--([\w-]+)/gm)]
    .map(([, name = '']) => name)
    .filter((name) => name !== 'help')
    .sort()

const documented = (text: string): string[] =>
  firstCells(text)
    .flatMap((cell) => [...cell.matchAll(/--([\w-]+)/g)].map(([, name = '']) => name))
    .sort()

describe('docs/cli.md', () => {
  it('lists the commands', async () => {
    const told = [...(await help()).matchAll(/^ {2}([a-z]+) .*\S {2,}\S/gm)].map(([, name = '']) => name)
    expect(told).toContain('tail')
    const listed = firstCells(page.split('\n## ')[0] ?? '').map((cell) => cell.split(' ')[0])
    expect(listed.sort()).toEqual(told.filter((name) => name !== 'help' && name !== 'logboom').sort())
  })

  it('lists the options of tap', async () => {
    expect(documented(section('tap'))).toEqual(await optionsOf('tap'))
  })

  it.each(['tail', 'query', 'calls', 'stats'])('lists the options of %s', async (command) => {
    const own = { tail: ['follow'], query: [], calls: [], stats: [] }[command] ?? []
    const shared = documented(section('Options of tail, query, calls and stats'))
    const expected = command === 'stats' ? shared.filter((name) => name !== 'limit') : shared
    expect(await optionsOf(command)).toEqual([...expected, ...own].sort())
  })
})
