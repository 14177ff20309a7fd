/** What the tests of the pages need of Markdown: headings, sections, tables, code, links. As GitHub reads our own pages, no more. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** A file of the repository, by its path from the root. */
export const repositoryPath = (file: string): string => path.join(ROOT, file)

/** The pages in a folder of the repository, by their paths from the root; not those in folders below it. */
export const pagesIn = (folder: string): string[] =>
  readdirSync(repositoryPath(folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.posix.join(folder, name))

export interface CodeBlock {
  /** What stands behind the fence; empty for none, and for a block that is indented. */
  language: string
  text: string
}

/** What stands under one heading, up to the next of any level. */
export interface Section {
  /** 1 to 6. */
  level: number
  heading: string
  /** Without code blocks. */
  prose: string
  blocks: CodeBlock[]
}

const FENCE = /^```(\S*)$/
const HEADING = /^(#{1,6}) (.+)$/
const INDENTED = /^ {4}(?=\S)/

/** A page as its sections; what stands before the first heading is lost. */
export const readSections = (file: string): Section[] => {
  const sections: Section[] = []
  let fenced: CodeBlock | undefined
  let indented: CodeBlock | undefined
  for (const line of readFileSync(repositoryPath(file), 'utf8').split('\n')) {
    const section = sections.at(-1)
    const fence = FENCE.exec(line)
    if (fence !== null) {
      if (fenced === undefined) {
        fenced = { language: fence[1] ?? '', text: '' }
        section?.blocks.push(fenced)
      } else fenced = undefined
      continue
    }
    if (fenced !== undefined) {
      fenced.text += `${line}\n`
      continue
    }
    if (INDENTED.test(line)) {
      if (indented === undefined) {
        indented = { language: '', text: '' }
        section?.blocks.push(indented)
      }
      indented.text += `${line.slice(4)}\n`
      continue
    }
    indented = undefined
    const [, marks, heading] = HEADING.exec(line) ?? []
    if (marks !== undefined && heading !== undefined)
      sections.push({ level: marks.length, heading, prose: '', blocks: [] })
    else if (section !== undefined) section.prose += `${line}\n`
  }
  return sections
}

/** Code between marks, on one line or wrapped within its paragraph. */
const CODE = /(`+) ?((?:.|\n(?!\n))+?) ?\1/g

export const codeSpans = (text: string): string[] =>
  [...text.matchAll(CODE)].map(([, , code = '']) => code.replace(/\s+/g, ' '))

export const withoutCode = (text: string): string => text.replace(CODE, '')

/** Tables as rows of cells; the line under the heading is not one. */
export const tables = (prose: string): string[][][] => {
  const found: string[][][] = []
  let table: string[][] | undefined
  for (const line of prose.split('\n')) {
    if (!line.startsWith('|')) {
      table = undefined
      continue
    }
    if (table === undefined) {
      table = []
      found.push(table)
    }
    if (!/^[|: -]+$/.test(line)) table.push(line.slice(1, -1).split(/(?<!\\)\|/))
  }
  return found
}

export interface Link {
  /** Path from the root of the repository. */
  file: string
  /** What follows `#`; empty for the whole page. */
  anchor: string
}

/** The links of a text that lead to files of the repository. */
export const links = (file: string, text: string): Link[] =>
  [...withoutCode(text).matchAll(/\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].map(
    ([, target = '', anchor = '']) => ({
      file: target === '' ? file : path.posix.normalize(path.posix.join(path.posix.dirname(file), target)),
      anchor: decodeURIComponent(anchor),
    }),
  )

/** The anchors of a page: its headings in lower case, spaces as dashes, without signs; a repeated one is numbered. */
export const anchors = (sections: readonly Section[]): string[] => {
  const seen = new Map<string, number>()
  return sections.map(({ heading }) => {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-')
    const before = seen.get(slug) ?? 0
    seen.set(slug, before + 1)
    return before === 0 ? slug : `${slug}-${before}`
  })
}
