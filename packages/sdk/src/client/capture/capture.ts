/** Watches one transport of an MCP client: forwards first, records after, and never throws into the client. */
import type { GivenUp, RequestId, RunEnd } from '../../observe/index.ts'
import { environmentLevel } from '../../record/environment.ts'
import { LEVELS, type Level, severity } from '../../record/index.ts'
import { createAsking, type Prepared } from './asking.ts'
import { clock } from './clock.ts'
import { createEraWatch } from './era.ts'
import { type Forward, hookTransport } from './hooks.ts'
import { isLog, isRequest, isResponse } from './messages.ts'
import { createObserving } from './observing.ts'
import { type Answer, createOwnRequests } from './own-requests.ts'
import { createStderrReader } from './stderr.ts'
import { hookStdoutLines } from './stdout-lines.ts'
import { isTimeout, TIMED_OUT } from './timeouts.ts'
import { onExit, runStart, sessionOf, stderrOf, transportKind } from './transport-kind.ts'
import type { Capture, CaptureSettings, MessageTransport, SetLevelResult } from './types.ts'
import { type CollectedFrom, collecting, type Sending, sending } from './ways.ts'

/** How long stderr may take to end after its server has, in milliseconds. */
const STDERR_END_MS = 250
/** How far the streams of one server may be apart, in milliseconds. */
const LAG_MS = 50
const SET_LEVEL_TIMEOUT_MS = 2_000

const captures = new WeakMap<object, Capture>()

/** What watches this transport, or the transport of this client (the last one, where several do). */
export const captureOf = (transportOrClient: object): Capture | undefined => {
  const found = captures.get(transportOrClient)
  if (found !== undefined) return found
  const { transport } = transportOrClient as { transport?: unknown }
  return typeof transport === 'object' && transport !== null ? captures.get(transport) : undefined
}

/**
 * Whether an official client, of either line, has a handler for log messages; true for a client of another kind.
 * @example captureTransport(transport, { server, onRecord, clientWantsLogs: () => hasLogHandler(client) })
 */
export const hasLogHandler = (client: object): boolean => {
  const { _notificationHandlers: handlers, fallbackNotificationHandler: fallback } = client as {
    _notificationHandlers?: unknown
    fallbackNotificationHandler?: unknown
  }
  return !(handlers instanceof Map) || handlers.has('notifications/message') || fallback !== undefined
}

interface SendOptions {
  requestSignal?: AbortSignal
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/**
 * Hooks a transport before its client connects: every message either way is seen once, also those before `initialize` and
 * those whose fields the client's schema refuses. The transport stays the same object, and the client sees what it would
 * have seen. Throws a `TypeError` for an object that cannot be changed (frozen).
 * @example
 * const capture = captureTransport(transport, { server: 'weather', onRecord: (record) => queue.push(record) })
 * await client.connect(transport)
 */
export const captureTransport = <T extends MessageTransport>(
  transport: T,
  settings: CaptureSettings,
): Capture<T> => {
  const kind = transportKind(transport)
  const owner = {}
  const era = createEraWatch()
  const asking = createAsking({
    level: settings.level ?? environmentLevel(process.env).level,
    trace: settings.trace ?? true,
  })
  // Only a level that somebody asked for narrows: a server's own environment may ask for more than ours.
  let least: Level | undefined = settings.level || undefined
  let session: string | undefined
  let withheld = 0
  let belowLevel = 0
  let mishaps = 0
  let exit: RunEnd = { disconnected: true }
  let ending: Promise<void> | undefined
  let started = false
  let tellEnded: () => void = () => undefined
  const ended = new Promise<void>((resolve) => {
    tellEnded = resolve
  })

  const collectedFrom: CollectedFrom = {
    flush: () => observing.flush(),
    // Only a legacy server, or one with a stderr, says something about a call by another stream than its answer's.
    lagMs: () =>
      stderr.reading || (kind.streamPerRequest && era.facts().era !== 'modern') || kind.name === 'sse'
        ? LAG_MS
        : 0,
    forget: (callId, collector) => observing.forget(callId, collector),
  }
  const observing = createObserving({
    server: settings.server,
    onRecord: settings.onRecord,
    parsed: kind.parsed,
    from: () => collectedFrom,
    narrowing: {
      isUnwanted: (level) => least !== undefined && severity(level) < severity(least),
      skipped() {
        belowLevel += 1
        settings.onBelowLevel?.()
      },
    },
    ...(settings.redactKeys === undefined ? {} : { redactKeys: settings.redactKeys }),
  })
  const stderr = createStderrReader((bytes) => observing.stderr(bytes))

  /** Capture may fail at any of its steps without anybody but its own count noticing. */
  const guarded = <R>(step: () => R, otherwise: R): R => {
    try {
      return step()
    } catch {
      mishaps += 1
      return otherwise
    }
  }

  const prepare = (message: unknown): Prepared =>
    guarded(
      () => {
        const prepared = asking.prepare(message)
        if (isRequest(prepared.message)) era.request(prepared.message)
        return prepared
      },
      { message, added: false },
    )

  const gaveUp = (id: RequestId, status: GivenUp, reason?: string): void => {
    asking.ended(id)
    observing.gaveUp({ id, status, at: clock(), reason })
  }

  /** Tells what no message tells: a request that could not be sent, or whose stream its client closed. */
  const watchRequest = (id: RequestId, sent: unknown, options: SendOptions | undefined): void => {
    const signal = options?.requestSignal
    const aborted = (): void => {
      if (isTimeout()) gaveUp(id, 'timeout', TIMED_OUT)
      else gaveUp(id, 'cancelled')
    }
    signal?.addEventListener('abort', aborted, { once: true })
    if (!(sent instanceof Promise)) return
    sent.then(undefined, (error) => {
      if (signal?.aborted !== true) gaveUp(id, 'lost', messageOf(error))
    })
  }

  const transmit = (prepared: Prepared, options: readonly unknown[], forward: Forward): unknown => {
    const { message, requestId, added } = prepared
    const collectors = requestId === undefined ? undefined : collecting.getStore()
    observing.forwarding()
    try {
      observing.seen({ side: 'client', message, at: clock(), collectors })
      const sent = kind.streamPerRequest
        ? sending.run({ owner, requestId, added }, () => forward(message, ...options))
        : forward(message, ...options)
      if (requestId !== undefined) watchRequest(requestId, sent, options[0] as SendOptions | undefined)
      return sent
    } catch (error) {
      if (requestId !== undefined) gaveUp(requestId, 'lost', messageOf(error))
      throw error
    } finally {
      observing.forwarded()
    }
  }

  const send = (message: unknown, options: readonly unknown[], forward: Forward): unknown =>
    ending === undefined ? transmit(prepare(message), options, forward) : forward(message, ...options)

  /** Whether the client is meant to get a message. */
  const isForClient = (message: unknown, on: Sending | undefined): boolean => {
    if (isLog(message)) {
      if (!asking.withholds(message, on)) return true
      withheld += 1
      return false
    }
    if (!isResponse(message)) return true
    if (own.take(message)) return false
    asking.ended(message.id)
    era.response(message)
    return true
  }

  /** The header of an answer names the session, so it is known before its messages are seen. */
  const learnSession = (): void => {
    const named = kind.name === 'http' ? sessionOf(transport) : undefined
    if (named === session) return
    session = named
    observing.session(named)
  }

  const receive = (message: unknown, extra: readonly unknown[], forward: Forward): void => {
    if (ending !== undefined) {
      forward(message, ...extra)
      return
    }
    const at = clock()
    const store = kind.streamPerRequest ? sending.getStore() : undefined
    const on = store?.owner === owner ? store : undefined
    const passes = guarded(() => isForClient(message, on), true)
    guarded(learnSession, undefined)
    observing.forwarding()
    try {
      observing.seen({ side: 'server', message, at, onRequest: on?.requestId })
      if (passes) forward(message, ...extra)
    } finally {
      observing.forwarded()
    }
  }

  /** A log message that is taken before it is one to the transport; true when the client does without it. */
  const takeLog = (message: Record<string, unknown>, bytes: number): boolean => {
    if (ending !== undefined || !isLog(message)) return false
    const unwanted = guarded(() => settings.clientWantsLogs?.() === false, false)
    if (!unwanted) {
      if (!guarded(() => asking.withholds(message, undefined), false)) return false
      withheld += 1
    }
    observing.seen({ side: 'server', message, at: clock(), bytes })
    return true
  }

  /** It may be a log that lacks something of JSON-RPC, or text that has no place there. */
  const seeRefused = (line: string): void =>
    guarded(() => {
      if (ending === undefined) observing.stdout(line)
    }, undefined)

  const end = (): Promise<void> => {
    ending ??= (async () => {
      own.close()
      await stderr.ended(STDERR_END_MS)
      guarded(() => observing.ended(exit), undefined)
      tellEnded()
    })()
    return ending
  }

  const readStderr = (): void => stderr.read(settings.stderr ?? stderrOf(transport))

  if (kind.name === 'stdio') hookStdoutLines(transport, { log: takeLog, refused: seeRefused })
  const forwardSend = hookTransport(transport, {
    send,
    receive,
    async start(go) {
      try {
        await go()
      } catch (error) {
        exit = { spawnError: messageOf(error) }
        void end()
        throw error
      }
      started = true
      guarded(() => {
        observing.started(runStart(transport, kind))
        onExit(transport, (code, signal) => {
          if (code !== null) exit = { code }
          else if (signal !== null) exit = { signal }
        })
        readStderr()
      }, undefined)
    },
    async close(go) {
      try {
        await go()
      } finally {
        void end()
      }
    },
    closed: () => void end(),
  })
  readStderr()

  const own = createOwnRequests({
    prefix: `logboom-${observing.run}-`,
    send: async (message) => transmit({ message, requestId: message.id, added: false }, [], forwardSend),
  })

  const setLegacyLevel = async (level: Level, timeoutMs: number): Promise<SetLevelResult> => {
    const no = (
      reason: 'unsupported' | 'timeout' | 'refused' | 'closed',
      message: string,
    ): SetLevelResult => ({
      ok: false,
      era: 'legacy',
      reason,
      message,
    })
    const { server } = settings
    if (!era.facts().capabilities.includes('logging')) {
      return no('unsupported', `${server} has no logging capability, so its level cannot be set`)
    }
    const answer: Answer = await own.ask('logging/setLevel', { level }, timeoutMs)
    if (answer.kind === 'result') {
      asking.setLegacy()
      least = level
      return { ok: true, era: 'legacy', level }
    }
    if (answer.kind === 'timeout') return no('timeout', `${server} did not answer within ${timeoutMs} ms`)
    if (answer.kind === 'closed') return no('closed', `${server} is not connected`)
    return no('refused', `${server} refused the level: ${JSON.stringify(answer.error)}`)
  }

  const capture: Capture<T> = {
    transport,
    facts: () => ({
      server: settings.server,
      run: observing.run,
      ...era.facts(),
      failures: observing.failures() + mishaps,
      withheld,
      belowLevel,
      ended: ending !== undefined,
    }),
    async setLevel(level, options = {}) {
      const { server } = settings
      if (!LEVELS.includes(level)) {
        return { ok: false, reason: 'refused', message: `${String(level)} is no level: ${LEVELS.join(', ')}` }
      }
      const { era: known } = era.facts()
      // A modern connection has no handshake: until its first answer, it is one that nobody introduced.
      const open = ending === undefined && (known !== undefined || (started && !era.introducing()))
      if (!open) {
        return { ok: false, reason: 'closed', message: `${server} is not connected` }
      }
      if (known === 'legacy') return setLegacyLevel(level, options.timeoutMs ?? SET_LEVEL_TIMEOUT_MS)
      asking.setModern(level)
      least = level
      return { ok: true, era: 'modern', level }
    },
    flush: () => guarded(() => observing.flush(), undefined),
    ended,
    close: end,
  }
  captures.set(transport, capture)
  return capture
}
