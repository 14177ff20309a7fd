/**
 * JSON-RPC messages of one run -> records: calls, logs, notifications, the handshake. Knows nothing of pipes: whatever carries
 * the messages, what they say is recorded here.
 */
import {
  type Attributes,
  isObject,
  type Json,
  type NamedCall,
  type NewId,
  type Outcome,
  type Side,
} from '../record/index.ts'
import { attribute, type Evidence } from './attribution.ts'
import { type Call, type CallTable, isCandidate } from './calls.ts'
import type { Draft, Drafting } from './draft.ts'
import { callName } from './endings.ts'
import type { Handshake } from './handshake.ts'
import { readLogMessage } from './log-message.ts'
import { META, metaOf, readTraceparent } from './meta.ts'
import type { Folder } from './origin.ts'
import type { RequestId, Rpc } from './rpc.ts'
import type { Stream } from './types.ts'

/** How a message was read. */
export interface Reading {
  /** When its first and its last byte were read, Unix epoch milliseconds. */
  from: number
  to: number
  /** Size in bytes. */
  size: number
  stream?: Stream
  /** Only its scalars are known: the line was too long to parse. */
  scanned?: boolean
  /** The client's request on whose own stream the server sent it. */
  onRequest?: RequestId
}

export interface Conversation {
  message(side: Side, rpc: Rpc, reading: Reading): void
  /** Ends the client's request without an answer. Unknown ones are passed over. */
  giveUp(id: RequestId, status: Outcome, at: number, reason?: string): void
  /** Tells every open call as lost. */
  lose(at: number): number
}

export interface ConversationSettings {
  drafting: Drafting
  calls: CallTable
  handshake: Handshake
  folder: Folder
  newId: NewId
  window: number
}

const LOGGING_ADVICE = 'log to stderr or OpenTelemetry instead'

/** Microseconds are as much as a reading can tell. */
const roundMs = (ms: number): number => Math.round(ms * 1000) / 1000

const otherSide = (side: Side): Side => (side === 'client' ? 'server' : 'client')

const requestId = (value: Json | undefined): RequestId | undefined =>
  typeof value === 'string' || typeof value === 'number' ? value : undefined

export const createConversation = (settings: ConversationSettings): Conversation => {
  const { drafting, calls, handshake, folder, newId, window } = settings

  const emitCall = (
    call: Call,
    status: Outcome,
    at: number,
    message: string,
    attributes: Attributes,
    cut?: Reading,
  ): void => {
    const ref: NamedCall = { ...call.ref, status, durationMs: roundMs(Math.max(0, at - call.startedAt)) }
    const level = status === 'ok' ? 'info' : status === 'cancelled' ? 'notice' : 'error'
    drafting.emit(
      {
        source: 'call',
        level,
        message,
        attributes,
        call: ref,
        ...(call.trace ?? {}),
        ...(cut?.scanned ? { truncated: cut.size } : {}),
      },
      at,
      cut?.stream,
    )
  }

  const lose = (call: Call, at: number): void =>
    emitCall(call, 'lost', at, `${callName(call.ref)} lost: the run ended before its answer`, {})

  const request = (side: Side, rpc: Rpc & { kind: 'request' }, reading: Reading): void => {
    const { id, method, params } = rpc
    const { _meta, ...rest } = params
    const meta = metaOf(params)
    const modern = meta[META.protocolVersion] !== undefined
    if (side === 'client') handshake.request(method, params)

    const ref: NamedCall = { id: newId(reading.to), method, requestId: id, from: side, attribution: 'exact' }
    if (method === 'tools/call' && typeof params.name === 'string') ref.tool = params.name
    const call: Call = {
      ref,
      startedAt: reading.to,
      candidate: isCandidate(side, method),
      asksForLogs: !modern || meta[META.logLevel] !== undefined,
    }
    const trace = readTraceparent(meta.traceparent)
    if (trace !== undefined) call.trace = trace
    if (method === 'initialize') call.introduction = params
    else if (modern) call.introduction = { _meta: meta }
    const token = requestId(meta.progressToken)
    if (token !== undefined) call.progressToken = token
    for (const forgotten of calls.open(call)) lose(forgotten, reading.to)

    const attributes: Attributes = { requestBytes: reading.size }
    const given = method === 'tools/call' ? rest.arguments : rest
    if (given !== undefined && !reading.scanned) attributes.arguments = given
    drafting.emit(
      {
        source: 'call',
        level: 'info',
        message: callName(ref),
        attributes,
        call: { ...ref, status: 'started' },
        ...(trace ?? {}),
        ...(reading.scanned ? { truncated: reading.size } : {}),
      },
      reading.to,
      reading.stream,
    )
    if (method === 'logging/setLevel' && modern)
      handshake.deprecated('logging/setLevel', LOGGING_ADVICE, reading.to)
    if (modern && meta[META.logLevel] !== undefined) {
      handshake.deprecated('protocol logging', LOGGING_ADVICE, reading.to)
    }
  }

  const response = (side: Side, rpc: Rpc & { kind: 'response' }, reading: Reading): void => {
    const call = rpc.id === null ? undefined : calls.end(otherSide(side), rpc.id, reading.to)
    if (call === undefined) {
      unpaired(side, rpc, reading)
      return
    }
    const { status, message, attributes } = readOutcome(call.ref, rpc)
    attributes.responseBytes = reading.size
    if (reading.scanned) {
      delete attributes.result
      delete attributes.error
    }
    emitCall(call, status, reading.to, message, attributes, reading)
    if (call.ref.from === 'client') {
      handshake.answer(call.ref.method, call.introduction ?? {}, rpc, reading.to)
    }
  }

  const unpaired = (side: Side, rpc: Rpc & { kind: 'response' }, reading: Reading): void => {
    const late = rpc.id === null ? undefined : calls.ended(otherSide(side), rpc.id)
    const answer: Attributes = rpc.error === undefined ? { result: rpc.result ?? null } : { error: rpc.error }
    drafting.emit(
      late === undefined
        ? {
            source: 'lifecycle',
            level: 'warning',
            message: `${side} answered a request that nobody made (id ${JSON.stringify(rpc.id)})`,
            attributes: { event: 'unpaired', ...answer },
          }
        : {
            source: 'lifecycle',
            level: 'notice',
            message: `${callName(late.ref)} was answered ${roundMs(reading.to - (late.endedAt ?? reading.to))} ms after it had ended`,
            attributes: { event: 'late-answer', ...answer },
            call: late.ref,
          },
      reading.to,
      reading.stream,
    )
  }

  const cancelled = (side: Side, params: Attributes, at: number): void => {
    const id = requestId(params.requestId)
    if (id === undefined) return
    const reason = typeof params.reason === 'string' ? params.reason : undefined
    // The official clients cancel what they gave up waiting for; only the reason tells the two apart.
    const status = reason !== undefined && /\btimed? ?out\b/i.test(reason) ? 'timeout' : 'cancelled'
    giveUp(side, id, status, at, reason)
  }

  const giveUp = (side: Side, id: RequestId, status: Outcome, at: number, reason?: string): void => {
    const call = calls.end(side, id, at)
    if (call === undefined) return
    emitCall(
      call,
      status,
      at,
      `${callName(call.ref)} ${status}${reason === undefined ? '' : `: ${reason}`}`,
      reason === undefined ? {} : { reason },
    )
  }

  const log = (rpc: Rpc & { kind: 'notification' }, reading: Reading): void => {
    const { level, logger, message, attributes, origin, trace } = readLogMessage(rpc.params, rpc.extra)
    const draft: Draft = { source: 'message', level, message, attributes }
    if (logger !== undefined) draft.logger = logger
    if (origin !== undefined && folder.isSecond(origin, draft)) return
    if (drafting.sheds(level)) return
    const evidence: Evidence = trace === undefined ? {} : { ...trace }
    // The stream is a fact of this connection; an origin may have been passed on from another one.
    const named = reading.onRequest ?? origin?.requestId
    if (named !== undefined) evidence.requestId = named
    const found = attribute(calls, evidence, reading, { window, modernOnlyIfAsked: true })
    const known = trace ?? found.exact?.trace
    if (known !== undefined) Object.assign(draft, known)
    if (found.call !== undefined) draft.call = found.call
    if (origin?.time !== undefined) draft.time = origin.time
    if (reading.scanned) draft.truncated = reading.size
    drafting.emit(draft, reading.from, reading.stream)
    if (drafting.facts.protocol !== undefined && drafting.facts.protocol >= '2026-07-28') {
      handshake.deprecated('protocol logging', LOGGING_ADVICE, reading.to)
    }
  }

  const notification = (side: Side, rpc: Rpc & { kind: 'notification' }, reading: Reading): void => {
    const { method, params } = rpc
    if (side === 'server' && method === 'notifications/message') {
      log(rpc, reading)
      return
    }
    const evidence: Evidence = {}
    const token = method === 'notifications/progress' ? requestId(params.progressToken) : undefined
    const named = method === 'notifications/cancelled' ? requestId(params.requestId) : undefined
    if (token !== undefined) Object.assign(evidence, { progressToken: token, from: otherSide(side) })
    if (named !== undefined) Object.assign(evidence, { requestId: named, from: side })
    const onStream = token === undefined && named === undefined ? reading.onRequest : undefined
    if (onStream !== undefined) evidence.requestId = onStream
    const call =
      token === undefined && named === undefined && onStream === undefined
        ? undefined
        : attribute(calls, evidence, reading, { window, modernOnlyIfAsked: true }).call
    drafting.emit(
      {
        source: 'notification',
        level: 'debug',
        message: notificationText(method, params),
        attributes: { from: side, method, params },
        ...(call === undefined ? {} : { call }),
        ...(reading.scanned ? { truncated: reading.size } : {}),
      },
      reading.to,
      reading.stream,
    )
    if (method === 'notifications/cancelled') cancelled(side, params, reading.to)
  }

  return {
    message(side, rpc, reading) {
      if (rpc.kind === 'request') request(side, rpc, reading)
      else if (rpc.kind === 'response') response(side, rpc, reading)
      else notification(side, rpc, reading)
    },
    giveUp: (id, status, at, reason) => giveUp('client', id, status, at, reason),
    lose(at) {
      const open = calls.all()
      for (const call of open) {
        calls.end(call.ref.from, call.ref.requestId, at)
        lose(call, at)
      }
      return open.length
    },
  }
}

const notificationText = (method: string, params: Attributes): string => {
  if (method !== 'notifications/progress') return method
  const { progress, total, message } = params
  const share = `${String(progress)}${total === undefined ? '' : `/${String(total)}`}`
  return `progress ${share}${typeof message === 'string' ? ` ${message}` : ''}`
}

interface ReadOutcome {
  status: Outcome
  message: string
  attributes: Attributes
}

const readOutcome = (ref: NamedCall, rpc: Rpc & { kind: 'response' }): ReadOutcome => {
  const name = callName(ref)
  if (rpc.error !== undefined) {
    const told =
      isObject(rpc.error) && typeof rpc.error.message === 'string' ? rpc.error.message : 'no message'
    return { status: 'rpc_error', message: `${name} failed: ${told}`, attributes: { error: rpc.error } }
  }
  const result = rpc.result ?? null
  if (!isObject(result) || result.isError !== true)
    return { status: 'ok', message: `${name} ok`, attributes: { result } }
  return { status: 'tool_error', message: `${name} failed: ${firstText(result)}`, attributes: { result } }
}

/** The first text of a tool's content, which is where tools tell what went wrong. */
const firstText = (result: Record<string, unknown>): string => {
  const content = Array.isArray(result.content) ? (result.content as unknown[]) : []
  const part = content.find((item) => isObject(item) && typeof item.text === 'string')
  return isObject(part) ? String(part.text) : 'no text'
}
