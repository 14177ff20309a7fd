/** The JSON-RPC shapes that are read on the way, before anything is recorded: as little as it takes. */
import type { RequestId } from '../../observe/index.ts'
import { isObject } from '../../record/index.ts'

export interface Request {
  id: RequestId
  method: string
  params?: unknown
}

export interface Notification {
  method: string
  params?: unknown
}

export interface Response {
  id: RequestId
  result?: unknown
  error?: unknown
}

const isId = (id: unknown): id is RequestId => typeof id === 'string' || typeof id === 'number'

export const isRequest = (message: unknown): message is Request =>
  isObject(message) && typeof message.method === 'string' && isId(message.id)

export const isLog = (message: unknown): message is Notification =>
  isObject(message) && message.method === 'notifications/message' && message.id === undefined

export const isResponse = (message: unknown): message is Response =>
  isObject(message) && message.method === undefined && isId(message.id)

/** How much text a message may hold to be recorded at once. */
const AT_ONCE = 65_536

/** True when a message holds so much that recording it would be felt; looks at no more than that. */
export const isLarge = (message: unknown): boolean => {
  const open: unknown[] = [message]
  let size = 0
  while (open.length > 0) {
    const value = open.pop()
    if (typeof value === 'string') size += value.length
    else if (typeof value === 'object' && value !== null) {
      for (const key in value) {
        size += key.length
        open.push((value as Record<string, unknown>)[key])
        if (size + open.length * 4 > AT_ONCE) return true
      }
    } else size += 4
    if (size > AT_ONCE) return true
  }
  return false
}
