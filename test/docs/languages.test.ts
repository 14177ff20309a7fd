/**
 * The Chinese pages say what the English ones say: the same sections, code, tables, names, numbers and links, in the same
 * places. Only the sentences are the translator's.
 */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  type CodeBlock,
  codeSpans,
  links,
  pagesIn,
  readSections,
  repositoryPath,
  type Section,
  tables,
  withoutCode,
} from './markdown.ts'

/** Written by `npm run test:behaviours` and `npm run bench -- cost=write`, in English only. */
const GENERATED = ['docs/behaviours.md', 'docs/cost.md']

const english = pagesIn('docs').filter((page) => !GENERATED.includes(page))
const chinese = (page: string): string => `docs/zh-CN/${path.basename(page)}`

test('every page that is written by hand is there in both languages', () => {
  expect(english.length).toBeGreaterThan(5)
  expect(pagesIn('docs/zh-CN').sort()).toEqual(english.map(chinese).sort())
})

/**
 * Code without what may be said in the reader's language: comments of TypeScript, and, in a drawing, what its arrows come from.
 */
const code = ({ language, text }: CodeBlock): string => {
  if (language === 'ts') return text.replace(/(^|\s)\/\/ .*$/gm, '$1//')
  return text.includes('──▶') ? text.replace(/^[^─]*/gm, '') : text
}

const unique = (texts: string[]): string[] => [...new Set(texts)].sort()

/** A page's path whichever language it is in. */
const inEnglish = (file: string): string => file.replace('/zh-CN/', '/').replace('.zh-CN.', '.')

interface Facts {
  level: number
  blocks: { language: string; code: string }[]
  /** Cells of each row, and the code that its first one names. */
  tables: { cells: number; first: string[] }[][]
  names: string[]
  numbers: string[]
  links: string[]
}

const factsOf = (file: string, { level, heading, prose, blocks }: Section): Facts => ({
  level,
  blocks: blocks.map((block) => ({ language: block.language, code: code(block) })),
  tables: tables(prose).map((rows) =>
    rows.map((cells) => ({ cells: cells.length, first: codeSpans(cells[0] ?? '') })),
  ),
  names: unique(codeSpans(`${heading}\n${prose}`)),
  numbers: unique(withoutCode(prose).match(/\d+(?:[.,:]\d+)*/g) ?? []),
  links: unique(links(file, prose).map((link) => inEnglish(link.file))),
})

/** A page that is missing is the first test's to tell. */
const isTranslated = (page: string): boolean => existsSync(repositoryPath(chinese(page)))

const PAIRS: [english: string, chinese: string][] = [
  ['README.md', 'README.zh-CN.md'],
  ...english.filter(isTranslated).map((page): [string, string] => [page, chinese(page)]),
]

describe.each(PAIRS)('%s and %s', (first, second) => {
  const original = readSections(first)
  const translated = readSections(second)

  test('have the same headings', () => {
    expect(original.length).toBeGreaterThan(0)
    expect(translated.map(({ level }) => level)).toEqual(original.map(({ level }) => level))
  })

  test('have the same code, tables, names, numbers and links under each', () => {
    for (const [index, section] of original.entries()) {
      const other = translated[index]
      expect(other && factsOf(second, other), section.heading).toEqual(factsOf(first, section))
    }
  })

  test('lead to each other at the top', () => {
    const top = (file: string, [section]: Section[]) => links(file, section?.prose ?? '')[0]?.file
    expect([top(first, original), top(second, translated)]).toEqual([second, first])
  })
})
