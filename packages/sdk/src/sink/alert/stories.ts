/** What happened in each of the last calls, for the notice that has to tell it. Bounded in calls, and in records of each. */
import {
  type Attributes,
  isCallRecord,
  type Json,
  type LogRecord,
  type NamedCall,
} from '../../record/index.ts'
import { shortCall, shortName } from './brief.ts'

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
  /** @param brief what is told of it: `briefOf(record)` */
  take(record: LogRecord, call: NamedCall, brief: Attributes): void
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
    take(record, call, brief) {
      const story = find(call.id, () => ({ ...shortCall(call), server: shortName(record.server) }))
      if (!isCallRecord(record)) {
        story.records.push(brief)
        if (story.records.length <= MAX_RECORDS) return
        story.records.shift()
        story.left += 1
      } else if (record.call.status === 'started') story.start = brief
      else {
        story.outcome = brief
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
