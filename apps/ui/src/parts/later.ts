/** Parts of the page that are loaded when they are needed. The hub they come from may be away just then. */

const FIRST_MS = 1000
const MOST_MS = 15_000

/**
 * Loads until it is there.
 * @example lazy(() => loaded(() => import('./plot.tsx')))
 */
export const loaded = async <T>(load: () => Promise<T>): Promise<T> => {
  for (let wait = FIRST_MS; ; wait = Math.min(MOST_MS, wait * 2)) {
    try {
      return await load()
    } catch {
      await new Promise((again) => setTimeout(again, wait))
    }
  }
}
