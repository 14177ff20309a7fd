/** `docs/client.md` has every option of `connect` and `connectAll`, and no other. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8')
const page = read('../../../../docs/client.md')
const section = (heading: string): string => page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''

/** The fields of an interface, from its source. */
const fieldsOf = (file: string, name: string): string[] => {
  const body =
    new RegExp(`export interface ${name}\\b[^{]*\\{\\n([\\s\\S]*?)\\n\\}`).exec(read(file))?.[1] ?? ''
  return [...body.matchAll(/^ {2}(\w+)\??: /gm)].map(([, field = '']) => field)
}

it('lists every option of connections', () => {
  const listed = [...section('Options').matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)
  const known = [
    ...fieldsOf('./connect/types.ts', 'ConnectionSettings'),
    ...fieldsOf('./connect/types.ts', 'ConnectOptions'),
    ...fieldsOf('./connect/connect-all.ts', 'ConnectAllOptions'),
  ]
  expect(listed.sort()).toEqual(known.sort())
})

it('names every option of handlers', () => {
  const fields = fieldsOf('./handlers.ts', 'HandlerOptions')
  expect(fields.length).toBeGreaterThan(5)
  expect(fields.filter((field) => !section('Handlers').includes(`\`${field}`))).toEqual([])
})
