/** `docs/sinks.md` has every option of the sinks and of the queue, and no other. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8')
const page = read('../../../../docs/sinks.md')

/** The fields of an interface, from its source. */
const fieldsOf = (file: string, name: string): string[] => {
  const body = read(file).split(`export interface ${name} {\n`)[1]?.split('\n}')[0] ?? ''
  return [...body.matchAll(/^ {2}(\w+)\??: /gm)].map(([, field = '']) => field)
}

/** What the first cells of a section's table name. */
const listed = (heading: string): string[] => {
  const [section = ''] = page.split(`\n## ${heading}`)[1]?.split('\n## ') ?? []
  return [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, name = '']) => name)
}

describe('docs/sinks.md', () => {
  it.each([
    ['`consoleSink', './console/console.ts', 'ConsoleSinkOptions'],
    ['`stderrSink', './console/stderr.ts', 'StderrSinkOptions'],
    ['`fileSink', './file/file.ts', 'FileSinkOptions'],
    ['`otlpSink', './otlp/options.ts', 'OtlpSinkOptions'],
    ['`journalSink', './journal.ts', 'JournalSinkOptions'],
    ['The queue', './types.ts', 'DeliverySettings'],
  ])('lists every option of %s', (heading, file, name) => {
    const fields = fieldsOf(file, name)
    expect(fields.length).toBeGreaterThan(2)
    expect(listed(heading).sort()).toEqual(fields.sort())
  })
})
