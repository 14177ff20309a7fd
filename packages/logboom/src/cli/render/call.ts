/** What a record says about its call, in words and marks. */
import { isObject, type Json, type LogRecord, type NamedCall } from '@logboom/sdk/record'

/**
 * The marks of attribution. `│`: certainly of this call. `~`: inferred, it was the only call that could be meant.
 * `?2`: ambiguous, one of two calls. `┌` and `└`: the call's own start and outcome.
 */
export const callMark = (record: LogRecord): string => {
  const call = record.call
  if (call === undefined) return ''
  if (call.attribution === 'ambiguous') return `?${call.candidates.length}`
  if (record.source === 'call' && call.status === 'started') return '┌'
  if (record.source === 'call' && call.status !== undefined) return '└'
  return call.attribution === 'inferred' ? '~' : '│'
}

/** What was called: the tool, else the method. */
export const callName = (call: NamedCall): string => call.tool ?? call.method

const contentText = (content: Json | undefined): string | undefined => {
  if (!Array.isArray(content)) return undefined
  const texts = content.flatMap((part) =>
    isObject(part) && typeof part.text === 'string' ? [part.text] : [],
  )
  return texts.length === 0 ? undefined : texts.join('\n')
}

const say = (value: Json | undefined): string | undefined => {
  if (value === undefined) return undefined
  if (typeof value === 'string') return value
  if (!isObject(value)) return JSON.stringify(value)
  const text = contentText(value.content as Json | undefined)
  if (text !== undefined) return text
  if (typeof value.message === 'string') {
    return typeof value.code === 'number' ? `${value.message} (${value.code})` : value.message
  }
  return JSON.stringify(value)
}

/** Why a call failed: as its answer says, else as capture does; absent if neither says anything. */
export const failureText = (record: LogRecord): string | undefined => {
  const { error, result } = record.attributes
  const told = say(error) ?? say(result)
  if (told !== undefined) return told
  // Capture says `tools/call compact lost: why`; what stands before the why is shown already.
  const at = record.message.indexOf(': ')
  return at === -1 ? undefined : record.message.slice(at + 2)
}
