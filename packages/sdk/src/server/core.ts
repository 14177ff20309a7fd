/** One server's logging: makes records of what its loggers say, and sends each to its client and by the other ways. */
import { META } from '../observe/meta.ts'
import { createIds, type Level, type LogRecord, severity } from '../record/index.ts'
import type { Meter } from '../sink/types.ts'
import { createFinisher } from '../transform/index.ts'
import { type ClientWay, currentRequest, type RequestContext, type RequestFacts } from './context.ts'
import { type Counters, count, countUndelivered, newCounters } from './counters.ts'
import type { Environment } from './environment.ts'
import { createLogger, type Emitter, type Said } from './logger.ts'
import { type Backlog, createNotifyQueue } from './notify.ts'
import { clock, isFirstTime, nextSeq, runOf } from './run.ts'
import type { FastMcpLogger, ServerLogging, UndeliveredReason } from './types.ts'
import type { WaysOut } from './ways-out.ts'

/** Milliseconds that an answer waits for a client that takes no log; what is left then is given up. */
const DRAIN_MS = 2000
/** A notification's envelope, in bytes, and what a character of it takes. */
const ENVELOPE_BYTES = 200
const DIAGNOSTICS = 'logboom'

export interface CoreSettings {
  server: string
  serverVersion?: string
  level: Level
  environment: Environment
  ways: WaysOut
  redactKeys?: readonly string[]
  meter?: Meter
  /** Whether a client is connected. */
  isConnected: () => boolean
}

export interface RequestSettings {
  facts: RequestFacts
  /** The least severe level the client asked for; undefined: none. */
  level: Level | undefined
  /** Nothing but one JSON body can be answered. */
  isJsonResponse: boolean
  send: (notification: object) => unknown
}

export interface OpenRequest extends RequestContext {
  /** Sends what is waiting; what is logged afterwards does not reach the client. */
  end(): Promise<void>
}

export interface Core extends ServerLogging {
  readonly log: FastMcpLogger
  readonly level: Level
  /** A logger bound to a request: it knows its call wherever it is used. */
  open(settings: RequestSettings): OpenRequest
  /** Only by the ways that are not the client's. */
  local(said: Said, context?: RequestContext, source?: LogRecord['source']): void
  /** Says something about logging itself, once a run for each key. */
  diagnose(key: string, message: string, attributes?: Said['attributes']): void
}

const newId = createIds()

const WHY: Readonly<Record<UndeliveredReason, string>> = {
  outside_request: 'logs outside of a request do not reach clients',
  after_response: 'logs after the answer to their request do not reach clients',
  json_response: 'logs do not reach clients that are answered with one JSON body',
  overflow: 'more logs than can wait for the client: the newest were dropped',
  failed: 'the connection to the client refused logs',
  timeout: 'the client did not take its logs in time',
}

/** The notification of a record: FastMCP's shape, and which record it is. */
const notificationOf = (record: LogRecord): object => {
  const { id, time, level, logger, message, attributes, call } = record
  const origin =
    call !== undefined && 'requestId' in call ? { id, time, requestId: call.requestId } : { id, time }
  return {
    method: 'notifications/message',
    params: {
      level,
      ...(logger === undefined ? {} : { logger }),
      data: { msg: message, extra: attributes },
      _meta: { [META.origin]: origin },
    },
  }
}

const sizeOf = ({ message, attributes }: LogRecord): number =>
  ENVELOPE_BYTES + message.length + JSON.stringify(attributes).length

const leastOf = (level: Level | undefined): number =>
  level === undefined ? Number.POSITIVE_INFINITY : severity(level)

const isAtLeast = (level: Level, least: Level | undefined): boolean =>
  least !== undefined && severity(level) >= severity(least)

/** Makes a server's logging. Costs little: a factory may call it for every request. */
export const createCore = (settings: CoreSettings): Core => {
  const { server, serverVersion, environment, ways } = settings
  const least = severity(settings.level)
  const counters: Counters = newCounters()
  const backlog: Backlog = { records: 0, bytes: 0 }
  const run = runOf(server)
  const finish = createFinisher(settings.redactKeys === undefined ? {} : { keys: settings.redactKeys })

  const recordOf = (
    { level, message, attributes, logger }: Said,
    source: LogRecord['source'],
    facts?: RequestFacts,
  ): LogRecord => {
    const at = clock()
    const id = newId(at)
    const record: LogRecord = {
      id,
      time: at,
      observed: at,
      seq: nextSeq(server),
      level,
      server,
      run,
      source,
      message,
      attributes,
      ...facts,
    }
    if (logger !== undefined) record.logger = logger
    if (serverVersion !== undefined) record.serverVersion = serverVersion
    count(counters, 'records')
    const finished = finish(record, 'app')
    settings.meter?.record(finished)
    return finished
  }

  const undelivered = (reason: UndeliveredReason, records: number): void => {
    countUndelivered(counters, reason, records)
    core.diagnose(reason, WHY[reason])
  }

  const notify = (record: LogRecord, client: ClientWay): void => {
    if (client.closed !== undefined) undelivered(client.closed, 1)
    else
      client.queue.push({ level: record.level, size: sizeOf(record), notification: notificationOf(record) })
  }

  const emit = (said: Said, context: RequestContext | undefined): void => {
    const toWays = isAtLeast(said.level, settings.level)
    const toClient = context !== undefined && isAtLeast(said.level, context.client.level)
    if (!toWays && !toClient) return
    const record = recordOf(said, 'app', context?.facts)
    if (toWays) ways.push(record)
    if (toClient) notify(record, context.client)
    else if (context === undefined && settings.isConnected()) undelivered('outside_request', 1)
  }

  const emitterOf = (find: () => RequestContext | undefined): Emitter => ({
    isWanted: (rank) => {
      if (rank >= least) return true
      const context = find()
      return context !== undefined && rank >= context.client.least
    },
    emit: (said) => emit(said, find()),
    unknownLevel: (level) => core.diagnose(`level ${level}`, 'unknown level, taken as info', { level }),
  })

  const core: Core = {
    level: settings.level,
    log: createLogger(emitterOf(currentRequest)),
    open({ facts, level, isJsonResponse, send }) {
      const queue = createNotifyQueue({
        send,
        backlog,
        onSent: () => count(counters, 'notified'),
        onUndelivered: undelivered,
      })
      const client: ClientWay = { level, least: leastOf(level), queue }
      if (isJsonResponse) client.closed = 'json_response'
      const request: OpenRequest = {
        facts,
        client,
        logger: createLogger(emitterOf(() => request)),
        async end() {
          await queue.drain(DRAIN_MS)
          client.closed = 'after_response'
        },
      }
      return request
    },
    local(said, context, source = 'app') {
      if (isAtLeast(said.level, settings.level)) ways.push(recordOf(said, source, context?.facts))
    },
    diagnose(key, message, attributes = {}) {
      if (!isAtLeast('warning', environment.diagnostics) || !isFirstTime(server, key)) return
      ways.push(
        recordOf(
          { level: 'warning', message, attributes, logger: DIAGNOSTICS },
          'app',
          currentRequest()?.facts,
        ),
      )
    },
    stats: () => ({
      ...counters,
      undelivered: { ...counters.undelivered },
      queued: backlog.records,
      dropped: ways.dropped(),
    }),
    flush: (timeoutMs = 5000) => ways.flush(timeoutMs),
  }
  return core
}
