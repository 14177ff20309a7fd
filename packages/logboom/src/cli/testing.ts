/** For the tests of this folder: records made by hand, a store in memory, a context that keeps what was printed. */
import { compile } from '@logboom/sdk/query'
import type { LogRecord, NamedCall } from '@logboom/sdk/record'
import type { CallStory, RecordQuery, Store, StoreStats } from '../store/contract.ts'
import type { Context } from './context.ts'
import { re2 } from './regex.ts'

/** 2026-11-22T14:02:11.020Z */
export const NOON = Date.UTC(2026, 10, 22, 14, 2, 11, 20)

let made = 0

/** A record of `analytics`, but for what is given. */
export const record = (fields: Partial<LogRecord> = {}): LogRecord => {
  const seq = made++
  return {
    id: `01900000-0000-7000-8000-${String(seq).padStart(12, '0')}`,
    time: NOON,
    observed: NOON,
    seq,
    level: 'info',
    server: 'analytics',
    run: 'run-1',
    source: 'message',
    message: 'received data',
    attributes: {},
    ...fields,
  }
}

/** An exact `tools/call` of `analyze_data`, but for what is given. */
export const call = (fields: Partial<NamedCall> = {}): NamedCall => ({
  id: 'call-1',
  method: 'tools/call',
  tool: 'analyze_data',
  requestId: 1,
  from: 'client',
  attribution: 'exact',
  ...fields,
})

export const EMPTY_STATS: StoreStats = {
  servers: [],
  tools: [],
  dropped: {},
  redacted: 0,
  problems: [],
  bytes: 0,
}

/** What a store in memory holds. */
export interface Holding {
  records?: readonly LogRecord[]
  calls?: readonly CallStory[]
  stats?: StoreStats
}

/** A store in memory, and what it was asked. */
export const memoryStore = (holding: Holding): Store & { asked: RecordQuery[]; closed: boolean } => {
  const asked: RecordQuery[] = []
  async function* records(query: RecordQuery): AsyncIterable<LogRecord> {
    asked.push(query)
    const matches = query.filter === undefined ? () => true : compile(query.filter, { regex: re2 })
    const all = (holding.records ?? []).filter(
      (one) => matches(one) && one.time >= (query.since ?? 0) && one.time < (query.until ?? Number.MAX_VALUE),
    )
    yield* query.limit === undefined ? all : all.slice(Math.max(0, all.length - query.limit))
  }
  const store = {
    asked,
    closed: false,
    records,
    async *follow(query: RecordQuery) {
      yield* records(query)
      await new Promise<void>((resolve) => {
        if (query.signal?.aborted === true) resolve()
        query.signal?.addEventListener('abort', () => resolve(), { once: true })
      })
    },
    async *calls(query: RecordQuery) {
      asked.push(query)
      yield* holding.calls ?? []
    },
    stats: async (query: RecordQuery) => {
      asked.push(query)
      return holding.stats ?? EMPTY_STATS
    },
    close: async () => {
      store.closed = true
    },
  }
  return store
}

export interface FakeContext extends Context {
  printed(): string
  notes: string[]
  /** Homes, and files, of which a store was opened. */
  opened: string[]
}

/** A context without a terminal over a store. */
export const fakeContext = (store: Store, fields: Partial<Context> = {}): FakeContext => {
  let text = ''
  const notes: string[] = []
  const opened: string[] = []
  return {
    out: {
      isTTY: false,
      columns: () => undefined,
      write: async (more) => {
        text += more
      },
    },
    note: (line) => void notes.push(line),
    progress: { show: () => {}, end: () => {} },
    interactive: false,
    env: { LOGBOOM_HOME: '/nowhere/logboom' },
    now: () => NOON,
    signal: new AbortController().signal,
    openStore: async (home) => {
      opened.push(home)
      return store
    },
    openFiles: async (files) => {
      opened.push(...files)
      return store
    },
    printed: () => text,
    notes,
    opened,
    ...fields,
  }
}
