/** Every link of the pages leads to a file of the repository, and to a heading of it where it names one. */
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { anchors, links, pagesIn, readSections, repositoryPath } from './markdown.ts'

const PAGES = ['.', 'docs', 'docs/zh-CN'].flatMap(pagesIn)

test.each(PAGES)('the links of %s lead somewhere', (page) => {
  const broken = readSections(page)
    .flatMap(({ prose }) => links(page, prose))
    .filter(({ file, anchor }) => {
      if (!existsSync(repositoryPath(file))) return true
      return anchor !== '' && !anchors(readSections(file)).includes(anchor)
    })
  expect(broken).toEqual([])
})

test('the pages have links', () => {
  expect(
    PAGES.flatMap((page) => readSections(page).flatMap(({ prose }) => links(page, prose))).length,
  ).toBeGreaterThan(50)
})
