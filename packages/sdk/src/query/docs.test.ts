import { readFileSync } from 'node:fs'
import { RE2JS } from 're2js'
import { describe, expect, it } from 'vitest'
import { LogboomError } from '../errors/index.ts'
import type { LogRecord } from '../record/index.ts'
import { compile, FIELDS, parseQuery, type RegexEngine } from './index.ts'

const NOW = Date.UTC(2026, 10, 22, 14, 30)

const regex: RegexEngine = (source, { ignoreCase }) => {
  const compiled = RE2JS.compile(source, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0)
  return (text) => compiled.matcher(text).find()
}

const record = (fields: Partial<LogRecord> = {}): LogRecord => ({
  id: '019a0000-0000-7000-8000-000000000000',
  time: NOW,
  observed: NOW,
  seq: 0,
  level: 'info',
  server: 'github',
  run: 'r1',
  source: 'message',
  message: '',
  attributes: {},
  ...fields,
})

const failure = (query: string): LogboomError => {
  try {
    compile(parseQuery(query, { now: NOW }), { regex, input: query })
  } catch (error) {
    if (error instanceof LogboomError) return error
    throw error
  }
  throw new Error(`${query} is no error`)
}

/** Rows of the markdown table after a heading, cells without their code marks. */
const tableAfter = (markdown: string, heading: string): string[][] => {
  const section = markdown.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  return section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) =>
          cell
            .trim()
            .replaceAll('\\|', '|')
            .replace(/^`+ ?(.*?) ?`+$/, '$1'),
        ),
    )
}

/** What the pages call things. */
const ENGLISH = {
  headings: { examples: 'Examples', errors: 'Errors', fields: 'Fields' },
  all: 'all',
  types: {} as Record<string, string>,
}
const CHINESE: typeof ENGLISH = {
  headings: { examples: '示例', errors: '错误', fields: '字段' },
  all: '全部',
  types: {
    text: '文本',
    time: '时间',
    level: '级别',
    choice: '枚举',
    duration: '时长',
    value: '值',
    number: '数字',
    size: '大小',
  },
}

describe.each([
  ['docs/query.md', ENGLISH],
  ['docs/zh-CN/query.md', CHINESE],
])('%s', (file, { headings, all, types }) => {
  const page = readFileSync(new URL(`../../../../${file}`, import.meta.url), 'utf8')
  const sample = (/```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '')
    .trim()
    .split('\n')
    .map((line) => record(JSON.parse(line) as Partial<LogRecord>))

  const examples = tableAfter(page, headings.examples)

  it('has a sample and examples', () => {
    expect(sample.length).toBeGreaterThan(5)
    expect(examples.length).toBeGreaterThan(20)
  })

  it.each(examples)('example %s finds what the page says', (query, _meaning, finds) => {
    const matcher = compile(parseQuery(query ?? '', { now: NOW }), { regex })
    const found = sample.filter(matcher).map((one) => one.seq)
    const expected = finds === all ? sample.map((one) => one.seq) : (finds ?? '').split(' ').map(Number)
    expect(found).toEqual(expected)
  })

  it.each(tableAfter(page, headings.errors))('error of %s is as the page says', (query, message, column) => {
    const error = failure(query ?? '')
    expect([error.message, error.column]).toEqual([message, Number(column)])
  })

  it('lists every field with its type and aliases, and no other', () => {
    const listed = tableAfter(page, headings.fields).map(([name, type, aliases]) => [name, type, aliases])
    const known = FIELDS.map((field) => [
      field.name,
      types[field.type] ?? field.type,
      field.aliases
        .map((alias) => `\`${alias}\``)
        .join(' ')
        .replace(/^`(.*)`$/, '$1'),
    ])
    expect(listed).toEqual(known)
  })
})
