// The page in Chromium, and what the benches see of it.
import process from 'node:process'
import { chromium } from 'playwright-core'

/** Chromium without a GPU, as a continuous-integration machine has it. */
export const launch = () =>
  chromium.launch({
    executablePath: process.env.LOGBOOM_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  })

/**
 * Runs in the page before anything of it. Keeps, in `window.seen`:
 *   frames    the time of every frame that was made
 *   tasks     [start, duration] of tasks over 50 ms
 *   painted   [time, N] where the newest `record N` on screen is newer than before, after its frame was painted
 *   firstRow  when the first row was painted; `changed`: when the document last changed
 * Times of `painted` are epoch milliseconds, the others since the navigation began.
 */
const watch = () => {
  const seen = { frames: [], tasks: [], painted: [], firstRow: undefined, changed: 0 }
  window.seen = seen
  let newest = -1
  const newestOf = (rows) => {
    let max = -1
    for (const [, n] of rows.textContent.matchAll(/record (\d+) handled/g)) max = Math.max(max, Number(n))
    return max
  }
  const painted = new MessageChannel()
  const after = []
  painted.port1.onmessage = () => {
    for (const act of after.splice(0)) act(performance.now())
  }
  /** After the frame that is being made, or is next, has been painted. */
  const onPaint = (act) =>
    requestAnimationFrame(() => {
      after.push(act)
      painted.port2.postMessage(0)
    })
  const look = () => {
    seen.changed = performance.now()
    const rows = document.querySelector('main [role="grid"]')
    if (rows === null) return
    if (seen.firstRow === undefined && rows.querySelector('[role="gridcell"]') !== null) {
      seen.firstRow = 0
      onPaint((now) => (seen.firstRow = now))
    }
    const max = newestOf(rows)
    if (max <= newest) return
    newest = max
    onPaint((now) => seen.painted.push([performance.timeOrigin + now, max]))
  }
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true })
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) seen.tasks.push([startTime, duration])
  }).observe({ type: 'longtask', buffered: true })
  const frame = (now) => {
    seen.frames.push(now)
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
}

/** Opens the page of a hub in a context of its own (nothing cached), watched. */
export const openWatched = async (browser, url) => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US' })
  const page = await context.newPage()
  await page.addInitScript(watch)
  await page.goto(url)
  const session = await context.newCDPSession(page)
  await session.send('Performance.enable')
  return {
    page,
    seen: () => page.evaluate(() => window.seen),
    /** MB of JavaScript's heap after a collection of garbage, and elements of the document. */
    memory: async () => {
      await session.send('HeapProfiler.collectGarbage')
      const { usedSize } = await session.send('Runtime.getHeapUsage')
      const nodes = await page.evaluate(() => document.querySelectorAll('*').length)
      return { mb: usedSize / 1e6, nodes }
    },
    close: () => context.close(),
  }
}
