/** What a notice tells of one record: enough to see what happened, and never more than a kilobyte or two. */
import { type Attributes, cutText, type Json, type LogRecord, type NamedCall } from '../../record/index.ts'

const MESSAGE_BYTES = 500
const NAME_BYTES = 200

export const shortName = (text: string): string => cutText(text, NAME_BYTES)
export const shortText = (text: string): string => cutText(text, MESSAGE_BYTES)

/** The call a record surely or very probably belongs to, without its state, which is of its own records only. */
export const callOf = ({ call }: LogRecord): NamedCall | undefined => {
  if (call === undefined || call.attribution === 'ambiguous') return undefined
  const { id, method, tool, requestId, from, attribution } = call
  return { id, method, ...(tool === undefined ? {} : { tool }), requestId, from, attribution }
}

/** `{time, level, server, message}`, and `arguments` (JSON as text) of the start of a call. */
export const briefOf = ({ time, level, server, message, source, attributes }: LogRecord): Attributes => {
  const brief: Attributes = { time, level, server: shortName(server), message: shortText(message) }
  const given = source === 'call' ? attributes.arguments : undefined
  if (given !== undefined) brief.arguments = shortText(asText(given))
  return brief
}

export const shortCall = ({ id, method, tool }: NamedCall): Attributes => ({
  id,
  method: shortName(method),
  ...(tool === undefined ? {} : { tool: shortName(tool) }),
})

const asText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))
