/** What happened in each of the last calls, for the notice that has to tell it. Bounded in calls, and in records of each. */
import { type Attributes, isCallRecord, type Json, type LogRecord } from '../../record/index.ts'
import { briefOf, callOf, shortCall, shortName } from './brief.ts'

/** Calls remembered; the one nothing was heard of for longest goes. */
const MAX_CALLS = 200
/** Records of a call besides its start and its outcome: the newest. */
const MAX_RECORDS = 18

interface Story {
  about: Attributes
  start: Attributes | undefined
  records: Attributes[]
  left: number
  outcome: Attributes | undefined
  status: string
  durationMs: number | undefined
}

export interface Stories {
  take(record: LogRecord): void
  /** The story of a call so far, as `notice.ts` specifies it. */
  tell(call: string): Json | undefined
}

export const createStories = (): Stories => {
  const stories = new Map<string, Story>()

  const find = (id: string, make: () => Attributes): Story => {
    const known = stories.get(id)
    const story = known ?? {
      ...{ about: make(), start: undefined, records: [], left: 0, outcome: undefined },
      ...{ status: 'started', durationMs: undefined },
    }
    stories.delete(id)
    stories.set(id, story)
    if (stories.size > MAX_CALLS) {
      const [oldest] = stories.keys()
      if (oldest !== undefined) stories.delete(oldest)
    }
    return story
  }

  return {
    take(record) {
      const call = callOf(record)
      if (call === undefined) return
      const story = find(call.id, () => ({ ...shortCall(call), server: shortName(record.server) }))
      const { call: _, ...entry } = briefOf(record)
      if (!isCallRecord(record)) {
        story.records.push(entry)
        if (story.records.length <= MAX_RECORDS) return
        story.records.shift()
        story.left += 1
      } else if (record.call.status === 'started') story.start = entry
      else {
        story.outcome = entry
        story.status = record.call.status
        story.durationMs = record.call.durationMs
      }
    },
    tell(id) {
      const story = stories.get(id)
      if (story === undefined) return undefined
      const { about, start, records, left, outcome, status, durationMs } = story
      return {
        ...about,
        status,
        ...(durationMs === undefined ? {} : { durationMs }),
        ...(left === 0 ? {} : { left }),
        records: [
          ...(start === undefined ? [] : [start]),
          ...records,
          ...(outcome === undefined ? [] : [outcome]),
        ],
      }
    },
  }
}
