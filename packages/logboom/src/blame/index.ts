/**
 * Who failed, when a call did: the client, the server, what carries their messages, or the versions they speak; and by which
 * rule that is told. Pure. `RULES` is the table, and the first rule that fits wins; what fits none is blamed on nobody.
 */
import { isCallRecord, isObject, type Json, type LogRecord } from '@logboom/sdk/record'
import type { CallStory } from '../store/contract.ts'
import { BY_ID } from './rules.ts'
import { type Blame, type Case, type Ending, type Finding, type Party, RULES } from './types.ts'

export { type Blame, type Ending, PARTIES, RULES } from './types.ts'

/** Characters of a detail. */
export const MAX_DETAIL = 200
/** The loss of a call and the end of its run are told at the same moment, or by two who see the same thing. */
export const ENDING_MS = 1000

/**
 * Blames somebody for a call; nobody when it went well or is open.
 * @param exit the record of its run's end, if there is one
 */
export const blameOf = (story: CallStory, exit?: LogRecord): Blame | undefined => {
  const { outcome } = story
  if (outcome === undefined || !isCallRecord(outcome) || outcome.call.status === 'ok') return undefined
  const code = codeOf(outcome)
  const ending = endingOf(story, exit)
  const one: Case = {
    story,
    outcome,
    status: outcome.call.status,
    error: errorText(outcome),
    ...(code === undefined ? {} : { code }),
    ...(ending === undefined ? {} : { ending }),
  }
  for (const rule of RULES) {
    const found = BY_ID[rule](one)
    if (found === undefined) continue
    const { detail, record } = found
    return {
      party: partyOf(found, story),
      rule,
      ...(detail === undefined ? {} : { detail: shortened(detail) }),
      ...(record === undefined ? {} : { record }),
    }
  }
  return undefined
}

/** How the run ended, if that is why the call has no answer. */
export const endingOf = ({ outcome }: CallStory, exit: LogRecord | undefined): Ending | undefined => {
  if (outcome === undefined || exit === undefined || !isCallRecord(outcome)) return undefined
  if (outcome.call.status !== 'lost' || Math.abs(exit.observed - outcome.observed) > ENDING_MS)
    return undefined
  const { disconnected, killed } = exit.attributes
  return {
    record: exit.id,
    message: exit.message,
    level: exit.level,
    time: exit.time,
    told: disconnected !== true && killed !== true,
  }
}

const partyOf = ({ party }: Finding, { call }: CallStory): Party => {
  if (party === 'asker') return call.from
  if (party === 'answerer') return call.from === 'client' ? 'server' : 'client'
  return party
}

const codeOf = ({ attributes: { error } }: LogRecord): number | undefined =>
  isObject(error) && typeof error.code === 'number' ? error.code : undefined

const errorText = ({ attributes: { error, result } }: LogRecord): string => {
  if (isObject(error)) return typeof error.message === 'string' ? error.message : ''
  const content = isObject(result) && Array.isArray(result.content) ? (result.content as Json[]) : []
  return content
    .flatMap((part) => (isObject(part) && typeof part.text === 'string' ? [part.text] : []))
    .join('\n')
}

/** One line of it, never half a character. */
const shortened = (text: string): string => {
  const line = text.trim().replace(/\s+/gu, ' ')
  const letters = [...line.slice(0, 2 * MAX_DETAIL)]
  return letters.length <= MAX_DETAIL ? line : `${letters.slice(0, MAX_DETAIL - 1).join('')}…`
}
