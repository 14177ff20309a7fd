/** A call's story, with how its run ended and who is to blame where it went wrong. */
import { parseQuery } from '@logboom/sdk/query'
import { isCallRecord, type LogRecord } from '@logboom/sdk/record'
import { type Blame, blameOf, ENDING_MS, endingOf } from '../blame/index.ts'
import type { Archive, CallStory, Patience, RunSummary } from '../store/contract.ts'
import { both, is } from './conditions.ts'

export interface ToldStory extends CallStory {
  blame?: Blame
  /** Of the run, if it ended within the call. */
  exit?: RunSummary['exit'] & { record: string }
}

const EXIT = parseQuery('source:lifecycle @event:exit', { now: 0 })

export const toldStory = async (
  archive: Archive,
  id: string,
  patience: Patience,
): Promise<ToldStory | undefined> => {
  const story = await archive.story(id, patience)
  if (story === undefined) return undefined
  const exit = await exitOf(archive, story, patience)
  const blame = blameOf(story, exit)
  const ending = endingOf(story, exit)
  return {
    ...story,
    ...(blame === undefined ? {} : { blame }),
    ...(ending === undefined
      ? {}
      : {
          exit: { record: ending.record, message: ending.message, level: ending.level, time: ending.time },
        }),
  }
}

/** The end of the run, looked for where it can be why the call is lost. */
const exitOf = async (
  archive: Archive,
  { outcome, run }: CallStory,
  patience: Patience,
): Promise<LogRecord | undefined> => {
  if (outcome === undefined || !isCallRecord(outcome) || outcome.call.status !== 'lost') return undefined
  const around = { since: outcome.time - ENDING_MS, until: outcome.time + ENDING_MS + 1 }
  const exits = both({ ...patience, ...around, filter: EXIT }, is('run', run))
  return (await archive.page({ ...exits, order: 'newest', limit: 1 })).items[0]?.record
}
