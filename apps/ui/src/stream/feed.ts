/**
 * What the stream shows, kept outside of React: one question at a time, its pages and its tail.
 *
 * Live, arrivals become rows, at most ten times a second. Held (paused, or somebody reads further up), rows stay as they are and
 * what arrives is only counted; going on asks the tail again from where the rows are complete, so that nothing is kept twice and
 * nothing is missed. Far behind, it starts again at the live end: what lies between is loaded by scrolling.
 */
import { type Arrival, followTail, type Link } from '../api/tail.ts'
import { authorization } from '../api/token.ts'
import { firstRowsShown } from '../api/turn.ts'
import { createStore, type Store } from '../store.ts'
import { askPage, isLive, isSame, type PageQuery, type Question, tailAddress } from './question.ts'
import {
  append,
  appendPage,
  asRows,
  EMPTY,
  fillSkipped,
  olderEdge,
  prependPage,
  type SkippedRow,
  type Window,
} from './window.ts'

/** Why the stream stands still: somebody paused it, or reads further up. */
export type Hold = 'paused' | 'reading'

/** What the list has to show once it has rendered: a row, or the live end. A new object is a new wish. */
export interface Reveal {
  at: number | 'end' | 'start'
}

export interface FeedState {
  question: Question | undefined
  phase: 'loading' | 'ready' | 'failed'
  error?: unknown
  window: Window
  hold: Hold | undefined
  /** Arrived and not among the rows, and how many of them are errors; what was skipped counts as no error. */
  fresh: number
  freshErrors: number
  /** Absent where there is no tail: a past range, a context. */
  link: Link | undefined
  loading: { older: boolean; newer: boolean; skipped: number | undefined }
  /** Why the last page beyond the rows did not come. */
  edgeError: unknown
  reveal: Reveal
}

const FIRST_PAGE = 200
const PAGE = 500
/** Further behind than this, going on does not read everything in between. */
const CATCH_UP = 2000
const FLUSH_MS = 100

const START: FeedState = {
  question: undefined,
  phase: 'loading',
  window: EMPTY,
  hold: undefined,
  fresh: 0,
  freshErrors: 0,
  link: undefined,
  loading: { older: false, newer: false, skipped: undefined },
  edgeError: undefined,
  reveal: { at: 'end' },
}

const ERRORS: ReadonlySet<string> = new Set(['error', 'critical', 'alert', 'emergency'])

/** The network is back, or somebody looks at the page again. */
const onWake = (wake: () => void): (() => void) => {
  window.addEventListener('online', wake)
  document.addEventListener('visibilitychange', wake)
  return () => {
    window.removeEventListener('online', wake)
    document.removeEventListener('visibilitychange', wake)
  }
}

export interface Feed extends Store<FeedState> {
  /** Shows the answer to another question; the same one changes nothing, unless it failed. */
  show(question: Question): void
  /** Asks the same again, from its beginning. */
  again(): void
  hold(why: Hold): void
  /** Back to the live end. */
  goOn(): void
  /** To the first record that matches. */
  toStart(): void
  /** Where a row is that may not be loaded. */
  jump(position: number): void
  loadOlder(): void
  loadNewer(): void
  loadSkipped(row: SkippedRow): void
  /** The nearest error before or after a position, wherever it is. */
  findError(from: number, direction: 'next' | 'previous'): Promise<number | undefined>
}

export const createFeed = (): Feed => {
  const store = createStore<FeedState>(START)
  const change = (next: Partial<FeedState>): void => {
    store.set({ ...store.get(), ...next })
    if (next.phase === 'ready' || next.phase === 'failed') firstRowsShown()
  }
  /** Of the question; another one ends what the last one waits for. */
  let current = new AbortController()
  let unfollow = (): void => {}
  /** Where the rows were complete when they were held: what arrived after it is counted. */
  let heldAt = 0
  /** What arrived since the rows were last shown. */
  let waiting: Arrival[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  let flushed = 0

  const page = async (more: PageQuery, term?: string) => {
    const { question } = store.get()
    if (question === undefined) throw new Error('nothing is asked yet')
    return askPage(question, more, current.signal, term)
  }

  const flush = (): void => {
    clearTimeout(timer)
    timer = undefined
    flushed = performance.now()
    if (waiting.length === 0) return
    const arrivals = waiting
    waiting = []
    const { window, hold, fresh, freshErrors } = store.get()
    if (hold === undefined) {
      change({ window: append(window, arrivals) })
      return
    }
    let [count, errors] = [fresh, freshErrors]
    for (const arrival of arrivals) {
      count += arrival.kind === 'record' ? 1 : arrival.count
      if (arrival.kind === 'record' && ERRORS.has(arrival.record.level)) errors++
    }
    change({
      fresh: count,
      freshErrors: errors,
      // Paused means that nothing changes; somebody who reads gets on to what arrived.
      window: hold === 'reading' ? { ...window, newer: true } : window,
    })
  }

  const stop = (): void => {
    unfollow()
    unfollow = () => {}
    clearTimeout(timer)
    timer = undefined
    waiting = []
  }

  const follow = (after: number): void => {
    stop()
    const { question } = store.get()
    if (question === undefined || !isLive(question)) return
    unfollow = followTail({
      url: tailAddress(question),
      after,
      headers: authorization,
      onWake,
      onLink: (link) => change({ link }),
      onOtherStore: again,
      onArrivals(arrivals) {
        for (const arrival of arrivals) waiting.push(arrival)
        if (timer !== undefined) return
        // At once when it was quiet, so that a single record is on the screen without delay.
        timer = setTimeout(flush, Math.max(0, flushed + FLUSH_MS - performance.now()))
      },
    })
  }

  /** A page, unless another question came meanwhile. */
  const load = async <T>(
    answer: Promise<T>,
    done: (answer: T) => void,
    failed: (error: unknown) => void,
  ): Promise<void> => {
    const { signal } = current
    try {
      const got = await answer
      if (!signal.aborted) done(got)
    } catch (error) {
      if (!signal.aborted) failed(error)
    }
  }

  const failed = (error: unknown): void => change({ phase: 'failed', error, window: EMPTY })

  /** Paused stays where it is, whatever is asked. */
  const frozen = (): { before?: number } => (store.get().hold === 'paused' ? { before: heldAt + 1 } : {})

  /** How far an answer says the rows are complete. */
  const reach = (last: number): number => (store.get().hold === 'paused' ? heldAt : last)

  /** Rows of another place; where they reach the end, what arrives from now on is counted. */
  const place = (window: Window, reveal: Reveal): void => {
    change({ phase: 'ready', window, reveal })
    countOn(window)
  }

  /** Whatever came while a page was on its way is asked for again. */
  const countOn = ({ newer, upTo }: Window): void => {
    if (newer || store.get().hold === 'paused') return
    heldAt = upTo
    change({ fresh: 0, freshErrors: 0 })
    follow(upTo)
  }

  /** The newest page, and then the tail. */
  const loadEnd = (): void => {
    void load(
      page({ order: 'newest', limit: FIRST_PAGE, ...frozen() }),
      ({ items, more, last }) => {
        const upTo = reach(last)
        change({
          phase: 'ready',
          window: { rows: asRows(items.reverse()), older: more, newer: false, upTo },
          reveal: { at: 'end' },
        })
        follow(upTo)
      },
      failed,
    )
  }

  const loadStart = (): void => {
    void load(
      page({ order: 'oldest', limit: FIRST_PAGE, ...frozen() }),
      (got) => place(appendPage(EMPTY, EMPTY.upTo, { ...got, last: reach(got.last) }), { at: 'start' }),
      failed,
    )
  }

  const loadAround = (position: number): void => {
    void load(
      Promise.all([
        page({ order: 'newest', limit: FIRST_PAGE, before: position + 1 }),
        page({ order: 'oldest', limit: FIRST_PAGE, after: position, ...frozen() }),
      ]),
      ([older, newer]) => {
        const rows = asRows(older.items.reverse())
        const start = { rows, older: older.more, newer: true, upTo: position }
        place(appendPage(start, position, { ...newer, last: reach(newer.last) }), { at: position })
      },
      failed,
    )
  }

  /** Rows stand still from here on. */
  const hold = (why: Hold): void => {
    const now = store.get()
    // What was paused is not unpaused by reading in it.
    if (now.question === undefined || !isLive(now.question) || now.hold === why || now.hold === 'paused')
      return
    flush()
    const { window } = store.get()
    if (now.hold === undefined) heldAt = window.upTo
    change({
      hold: why,
      window: why === 'paused' ? { ...window, newer: window.upTo < heldAt } : window,
    })
  }

  const begin = (question: Question, more: Partial<FeedState>): void => {
    const { hold, reveal, window } = store.get()
    current.abort()
    current = new AbortController()
    stop()
    store.set({
      ...START,
      reveal,
      // What is shown stays until its successor is there.
      window,
      question,
      hold: isLive(question) && hold === 'paused' ? 'paused' : undefined,
      link: isLive(question) ? { state: 'connecting' } : undefined,
      ...more,
    })
    if (question.around === undefined) loadEnd()
    else loadAround(question.around)
  }

  const again = (): void => {
    const { question } = store.get()
    if (question !== undefined) begin(question, { hold: undefined })
  }

  const loading = (change: Partial<FeedState['loading']>): FeedState['loading'] => ({
    ...store.get().loading,
    ...change,
  })

  return {
    ...store,
    again,
    show(question) {
      const { question: now, phase, link } = store.get()
      const failed = phase === 'failed' || link?.state === 'failed'
      if (!isSame(now, question) || failed) begin(question, {})
    },
    hold,
    goOn() {
      const { window, fresh, question } = store.get()
      change({ hold: undefined, fresh: 0, freshErrors: 0, reveal: { at: 'end' } })
      if (question === undefined || (fresh === 0 && !window.newer)) return
      if (isLive(question) && window.upTo >= heldAt && fresh <= CATCH_UP) {
        change({ window: { ...window, newer: false } })
        follow(window.upTo)
      } else loadEnd()
    },
    toStart() {
      hold('reading')
      if (store.get().window.older) loadStart()
      else change({ reveal: { at: 'start' } })
    },
    jump(position) {
      hold('reading')
      loadAround(position)
    },
    loadOlder() {
      const { window, loading: now, phase } = store.get()
      if (phase !== 'ready' || !window.older || now.older || window.rows.length === 0) return
      const before = olderEdge(window)
      change({ loading: loading({ older: true }), edgeError: undefined })
      void load(
        page({ order: 'newest', limit: PAGE, before }),
        ({ items, more }) =>
          change({
            window: prependPage(store.get().window, before, { items: items.reverse(), more }),
            loading: loading({ older: false }),
          }),
        (edgeError) => change({ loading: loading({ older: false }), edgeError }),
      )
    },
    loadNewer() {
      const { window, loading: now, phase } = store.get()
      if (phase !== 'ready' || !window.newer || now.newer) return
      const after = window.upTo
      change({ loading: loading({ newer: true }), edgeError: undefined })
      void load(
        page({ order: 'oldest', limit: PAGE, after, ...frozen() }),
        (got) => {
          const { window, hold } = store.get()
          const next = appendPage(window, after, { ...got, last: reach(got.last) })
          change({ window: next, loading: loading({ newer: false }) })
          if (hold === 'reading') countOn(next)
        },
        (edgeError) => change({ loading: loading({ newer: false }), edgeError }),
      )
    },
    loadSkipped(row) {
      if (store.get().loading.skipped !== undefined) return
      change({ loading: loading({ skipped: row.after }), edgeError: undefined })
      void load(
        page({ order: 'oldest', limit: PAGE, after: row.after, before: row.before }),
        (got) =>
          change({
            window: fillSkipped(store.get().window, row, got),
            loading: loading({ skipped: undefined }),
          }),
        (edgeError) => change({ loading: loading({ skipped: undefined }), edgeError }),
      )
    },
    async findError(from, direction) {
      const { items } = await page(
        direction === 'next'
          ? { order: 'oldest', limit: 1, after: from }
          : { order: 'newest', limit: 1, before: from },
        'level:>=error',
      )
      return items[0]?.position
    },
  }
}

/** The page's one stream: it goes on while another view is looked at. */
export const feed = createFeed()
