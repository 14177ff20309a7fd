/** Filters made from a row, in the query language: pure. */
import { maskMessage } from '@logboom/sdk/record'

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

/**
 * A term that takes away what differs from a message only in numbers, ids and the like: every part of it that does not vary.
 * Undefined for a message of nothing else.
 * @example withoutSimilar('retry 3 of 5') // '-("retry" "of")'
 */
export const withoutSimilar = (message: string): string | undefined => {
  const parts = maskMessage(message)
    .split('<*>')
    .map((part) => part.trim())
    .filter((part) => /[\p{L}\p{N}]/u.test(part) && message.includes(part))
  return parts.length === 0 ? undefined : `-(${parts.map(quoted).join(' ')})`
}

export const onlyServer = (server: string): string => `server:${quoted(server)}`
