/** The rows of the stream, as a person comes to them: by scrolling. */
import type { Locator, Page } from 'playwright-core'
import { waitFor } from './wait.ts'

export const grid = (page: Page): Locator => page.getByRole('grid', { name: 'Records' })

/**
 * Scrolls by so many heights of the list, up where it is negative; the positions of the rows that are there then, from the top.
 * @throws where they do not grow from row to row: one is there twice, or out of its order
 */
const scrollBy = async (page: Page, heights: number): Promise<number[]> => {
  const shown = await grid(page).evaluate(async (box, times) => {
    box.scrollBy(0, times * box.clientHeight)
    const page = box.ownerDocument.defaultView
    await new Promise((drawn) => page?.requestAnimationFrame(() => page.requestAnimationFrame(drawn)))
    return [...box.querySelectorAll('[data-position]')]
      .map((row) => ({
        position: Number(row.getAttribute('data-position')),
        top: row.getBoundingClientRect().top,
      }))
      .sort((a, b) => a.top - b.top)
      .map(({ position }) => position)
  }, heights)
  if (shown.some((position, index) => index > 0 && position <= (shown[index - 1] ?? 0)))
    throw new Error(`rows that are not in their order, each once: ${shown.join(' ')}`)
  return shown
}

/** Scrolls up, or down, until it is there; every position that was seen on the way, in order. */
export const scrollRows = async (
  page: Page,
  way: 'up' | 'down',
  what: string,
  isThere: (seen: ReadonlySet<number>) => boolean | Promise<boolean>,
): Promise<number[]> => {
  const seen = new Set<number>()
  const look = async (heights: number): Promise<void> => {
    for (const position of await scrollBy(page, heights)) seen.add(position)
  }
  await look(0)
  await waitFor(
    what,
    async () => {
      await look(way === 'up' ? -0.8 : 0.8)
      return await isThere(seen)
    },
    40_000,
  )
  return [...seen].sort((a, b) => a - b)
}

/** How many the page has, as its bottom bar says. */
export const loadedCount = async (page: Page): Promise<number> =>
  Number((await page.getByText(/ loaded$/).textContent())?.replace(/\D/g, ''))

/** Positions from the first to this one, as a stream without gaps has them. */
export const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1)
