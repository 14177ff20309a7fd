/**
 * Which JSON values are JSON-RPC messages. Senders that leave out `jsonrpc` are understood where the rest leaves no doubt:
 * real servers do it, and a log lost to a missing field would be lost silently.
 */
import { type Attributes, isObject, type Json, setOwn } from '../record/index.ts'

export type RequestId = string | number

export type Rpc =
  | { kind: 'request'; id: RequestId; method: string; params: Attributes }
  | { kind: 'notification'; method: string; params: Attributes; extra: Attributes }
  | { kind: 'response'; id: RequestId | null; result?: Json; error?: Json }

const KNOWN_METHOD = /^(initialize|ping|[a-z]+\/[A-Za-z]+(\/[A-Za-z_]+)*)$/

const OWN: readonly string[] = ['jsonrpc', 'id', 'method', 'params', 'result', 'error']
const NOTHING: Attributes = Object.freeze({})

/** The members that are no part of JSON-RPC: almost always none, which costs no copy. */
const besides = (message: Attributes): Attributes => {
  let extra: Attributes | undefined
  for (const key of Object.keys(message)) {
    if (OWN.includes(key)) continue
    extra ??= {}
    setOwn(extra, key, message[key] ?? null)
  }
  return extra ?? NOTHING
}

/** The JSON-RPC message a JSON value is, if it is one. */
export const readRpc = (value: Json | undefined): Rpc | undefined => {
  if (!isObject(value)) return undefined
  const { jsonrpc, id, method, params, result, error } = value as Attributes
  const extra = besides(value as Attributes)
  if (typeof method === 'string') {
    if (jsonrpc === undefined && !KNOWN_METHOD.test(method)) return undefined
    const fields = isObject(params) ? (params as Attributes) : params === undefined ? {} : { params }
    return typeof id === 'string' || typeof id === 'number'
      ? { kind: 'request', id, method, params: fields }
      : { kind: 'notification', method, params: fields, extra }
  }
  if (result === undefined && error === undefined) return undefined
  // Without `jsonrpc`, a log line with an `id` and an `error` looks the same: believe only what has nothing else.
  if (jsonrpc === undefined && (id === undefined || Object.keys(extra).length > 0)) return undefined
  const answered = typeof id === 'string' || typeof id === 'number' ? id : null
  return error === undefined
    ? { kind: 'response', id: answered, result: result ?? null }
    : { kind: 'response', id: answered, error }
}

/** The messages of a parsed line: one, or the members of a batch. Undefined when it is not JSON-RPC. */
export const readMessages = (value: Json): Rpc[] | undefined => {
  if (!Array.isArray(value)) {
    const message = readRpc(value)
    return message === undefined ? undefined : [message]
  }
  const messages = value.map(readRpc)
  return messages.length > 0 && messages.every((message) => message !== undefined) ? messages : undefined
}
