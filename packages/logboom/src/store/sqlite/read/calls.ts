/** Calls: as pages of summaries, and as stories with everything that was logged for them. */
import type { LogRecord } from '@logboom/sdk/record'
import type {
  CallPage,
  CallStory,
  CallSummary,
  PageQuery,
  Patience,
  RecordQuery,
  Selection,
  Stored,
} from '../../contract.ts'
import { callFilter, callOf, type FoundCall, findCalls, type isOfCalls, outcomeOf } from './find-calls.ts'
import { openCalls } from './newest.ts'
import { patienceOf } from './pace.ts'
import type { Reader } from './reader.ts'
import { recordOf } from './scan.ts'
import { callStatusOf, isNamed } from './series.ts'

/** Reads a page of calls. One more than asked tells whether there are more. */
export const readCallPage = async (reader: Reader, query: PageQuery): Promise<CallPage> => {
  const { order, after, before, limit, ...selection } = query
  const range = {
    order,
    limit: limit > 0 ? limit + 1 : 0,
    ...(after === undefined ? {} : { after }),
    ...(before === undefined ? {} : { before }),
  }
  const found = await findCalls(reader, selection, range)
  const open = new Set(openCalls(reader).map((record) => callOf(record)?.id))
  const items: CallSummary[] = []
  for (const call of found.slice(0, limit)) {
    const outcome = call.outcome ?? (open.has(call.id) ? undefined : await endOf(reader, selection, call))
    const summary = summaryOf(call, outcome)
    if (summary !== undefined) items.push(summary)
  }
  return { items, more: found.length > limit }
}

const endOf = async (reader: Reader, selection: Selection, call: FoundCall): Promise<Stored | undefined> =>
  callStatusOf(call.first) === 'started'
    ? outcomeOf(reader, selection, call.id, call.position)
    : { position: call.position, record: call.first }

/** A size that capture noted among a record's attributes. */
const sizeIn = (record: LogRecord | undefined, name: string): number | undefined => {
  const bytes = record?.attributes[name]
  return typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : undefined
}

const summaryOf = ({ first, position }: FoundCall, outcome: Stored | undefined): CallSummary | undefined => {
  const call = callOf(outcome?.record ?? first)
  if (call === undefined) return undefined
  const { server, run, client, traceId, time } = first
  const [requestBytes, responseBytes] = [
    sizeIn(first, 'requestBytes'),
    sizeIn(outcome?.record, 'responseBytes'),
  ]
  return {
    call,
    server,
    run,
    ...(client === undefined ? {} : { client: client.name }),
    ...(traceId === undefined ? {} : { traceId }),
    ...(requestBytes === undefined ? {} : { requestBytes }),
    ...(responseBytes === undefined ? {} : { responseBytes }),
    position,
    time,
    ...(outcome === undefined
      ? {}
      : {
          outcome: {
            position: outcome.position,
            time: outcome.record.time,
            level: outcome.record.level,
            message: outcome.record.message,
          },
        }),
  }
}

/** Everything of one call, from a position on. */
export const readStory = async (
  reader: Reader,
  id: string,
  patience: Patience,
  from = 0,
): Promise<CallStory | undefined> => {
  let started: LogRecord | undefined
  let outcome: LogRecord | undefined
  const records: LogRecord[] = []
  const selection = {
    filter: callFilter(id),
    ...patienceOf(patience),
  }
  const scanning = {
    order: 'oldest',
    after: from - 1,
    before: reader.last() + 1,
    wants: 'record',
    only: (series: Parameters<typeof isOfCalls>[0]) => isNamed(series.sample),
  } as const
  for await (const hits of reader.scan(selection, scanning)) {
    for (const hit of hits) {
      const record = recordOf(hit)
      if (callOf(record)?.id !== id) continue
      const status = callStatusOf(record)
      if (status === undefined) records.push(record)
      else if (status === 'started') started ??= record
      else outcome ??= record
    }
  }
  const known = started ?? outcome
  const call = known && callOf(outcome ?? known)
  if (known === undefined || call === undefined) return undefined
  const { server, run } = known
  return { call, server, run, started: known, ...(outcome === undefined ? {} : { outcome }), records }
}

/** Stories of the calls that match, oldest first. */
export async function* readCalls(reader: Reader, query: RecordQuery): AsyncGenerator<CallStory> {
  const { limit, ...selection } = query
  const stopped = (): boolean => reader.closing.aborted || query.signal?.aborted === true
  try {
    const found =
      limit === undefined
        ? await findCalls(reader, selection, { order: 'oldest', limit: Number.MAX_SAFE_INTEGER })
        : (await findCalls(reader, selection, { order: 'newest', limit })).reverse()
    // Only where each is: their records are read when it is their turn.
    const places = found.map(({ id, position }) => ({ id, position }))
    for (const { id, position } of places) {
      const story = await readStory(reader, id, selection, position)
      if (stopped()) return
      if (story !== undefined) yield story
    }
  } catch (error) {
    if (!stopped()) throw error
  }
}
