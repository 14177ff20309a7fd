/**
 * Calls told from records: start and outcome folded, with the records that belong to the call.
 *
 * Two looks at the records: the first finds which calls match, so that the second has to hold only those. What was
 * written between the two makes the stories fresher, never wrong.
 */
import { isCallRecord, type LogRecord, type NamedCall } from '@logboom/sdk/record'
import type { CallStory } from '../contract.ts'

type Batches = AsyncIterable<readonly LogRecord[]>

/** The call a record belongs to; none when several could be meant. */
const callOf = (record: LogRecord): NamedCall | undefined =>
  record.call !== undefined && 'id' in record.call ? record.call : undefined

/** Ids of the calls of which any record matches, oldest first; the last `limit` of them. */
export const matchingCalls = async (
  batches: Batches,
  matches: (record: LogRecord) => boolean,
  limit: number,
): Promise<Set<string>> => {
  /** In the order of the first record of each call: its start, unless that was dropped. */
  const matched = new Map<string, boolean>()
  for await (const batch of batches) {
    for (const record of batch) {
      const call = callOf(record)
      if (call === undefined) continue
      if (isCallRecord(record) || matched.has(call.id)) {
        matched.set(call.id, (matched.get(call.id) ?? false) || matches(record))
      } else matched.set(call.id, matches(record))
    }
  }
  const ids = [...matched].filter(([, does]) => does).map(([id]) => id)
  return new Set(limit === 0 ? [] : ids.slice(-limit))
}

/** The stories of these calls, in the order of their first records. Calls of which neither end is known are left out. */
export const tellStories = async (batches: Batches, ids: ReadonlySet<string>): Promise<CallStory[]> => {
  const stories = new Map<string, { started?: LogRecord; outcome?: LogRecord; records: LogRecord[] }>()
  for await (const batch of batches) {
    for (const record of batch) {
      const call = callOf(record)
      if (call === undefined || !ids.has(call.id)) continue
      const story = stories.get(call.id) ?? { records: [] }
      stories.set(call.id, story)
      if (!isCallRecord(record)) story.records.push(record)
      else if (record.call.status === 'started') story.started ??= record
      else story.outcome ??= record
    }
  }
  return [...stories.values()].flatMap(({ started, outcome, records }): CallStory[] => {
    const known = started ?? outcome
    const call = known && callOf(outcome ?? known)
    if (known === undefined || call === undefined) return []
    return [
      {
        call,
        server: known.server,
        run: known.run,
        started: known,
        ...(outcome === undefined ? {} : { outcome }),
        records,
      },
    ]
  })
}
