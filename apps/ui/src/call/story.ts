/** A call's story as the page tells it: what happened in order, with the pauses between. */
import type { CallStory, LogRecord } from '../api/client.ts'

export type Story = CallStory
export type Blame = NonNullable<Story['blame']>

/** Milliseconds since the call began. */
interface Timed {
  at: number
  record: LogRecord
}

export type Entry =
  | ({ kind: 'request' } & Timed)
  | ({ kind: 'record' } & Timed)
  | ({ kind: 'progress'; progress: number; total?: number; note: string } & Timed)
  | ({ kind: 'end' } & Timed)
  /** Its run ended before its answer. */
  | { kind: 'exit'; at: number; exit: NonNullable<Story['exit']> }
  /** Nothing happened for so long. */
  | { kind: 'gap'; at: number; ms: number }

const GAP_MS = 1000

/** False where retention dropped the start: its outcome stands for it then. */
export const hasStart = ({ started }: Story): boolean => statusIn(started) === 'started'

const statusIn = ({ call }: LogRecord): string | undefined =>
  call !== undefined && 'status' in call ? call.status : undefined

export const startOf = (story: Story): number =>
  hasStart(story) ? story.started.time : story.started.time - (story.call.durationMs ?? 0)

/** What happened, by time; within the same moment in the order of capture. */
export const entriesOf = (story: Story): Entry[] => {
  const start = startOf(story)
  const { started, outcome, records } = story
  const told: LogRecord[] = [...records, ...(hasStart(story) ? [started] : []), ...(outcome ? [outcome] : [])]
  told.sort((a, b) => a.time - b.time || a.seq - b.seq)
  const entries: Entry[] = []
  let last = start
  for (const record of told) {
    if (record.time - last > GAP_MS) entries.push({ kind: 'gap', at: last - start, ms: record.time - last })
    last = Math.max(last, record.time)
    entries.push(entryOf(record, record.time - start, story))
  }
  return withExit(entries, story, start)
}

/** The exit where it happened: before what is told later than it. */
const withExit = (entries: Entry[], { exit, outcome }: Story, start: number): Entry[] => {
  if (exit === undefined) return entries
  const at = exit.time - start
  // The outcome that says so is told at the same moment, by the same end.
  const next = entries.findIndex((entry) => entry.at > at || (entry.kind === 'end' && outcome !== undefined))
  const place = next === -1 ? entries.length : next
  return [...entries.slice(0, place), { kind: 'exit', at, exit }, ...entries.slice(place)]
}

const entryOf = (record: LogRecord, at: number, { started, outcome }: Story): Entry => {
  if (record === outcome) return { kind: 'end', at, record }
  if (record === started) return { kind: 'request', at, record }
  return progressOf(record, at) ?? { kind: 'record', at, record }
}

const progressOf = (record: LogRecord, at: number): Entry | undefined => {
  const { method, params } = record.attributes as { method?: unknown; params?: Record<string, unknown> }
  if (record.source !== 'notification' || method !== 'notifications/progress') return undefined
  const { progress, total, message } = params ?? {}
  if (typeof progress !== 'number') return undefined
  return {
    kind: 'progress',
    at,
    record,
    progress,
    ...(typeof total === 'number' && total > 0 ? { total } : {}),
    note: typeof message === 'string' ? message : '',
  }
}

/** What a result says in words: the texts of its content; none where it has none. */
export const textsOf = (result: unknown): string[] => {
  const content = (result as { content?: unknown } | null | undefined)?.content
  if (!Array.isArray(content)) return []
  return content.flatMap((part: unknown) => {
    const text = (part as { text?: unknown } | null)?.text
    return typeof text === 'string' ? [text] : []
  })
}

/** A result that only asks the client for more input: the request comes again with it. */
export const asksForInput = (outcome: LogRecord | undefined): boolean =>
  (outcome?.attributes.result as { resultType?: unknown } | undefined)?.resultType === 'input_required'
