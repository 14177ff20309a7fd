/**
 * The observing half of a capture: what passed, in the order it passed, becomes records.
 *
 * Messages are taken in before they are forwarded and recorded after. What holds much, or came while such a message
 * still waits, is recorded on a later turn of the event loop: a call's answer is never held up by its own record.
 */
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import {
  createSessionObserver,
  type GivenUp,
  type Narrowing,
  type RequestId,
  type RunEnd,
  type RunStart,
} from '../../observe/index.ts'
import { createIds, isCallRecord, type Json, type LogRecord, type Side, toJson } from '../../record/index.ts'
import { createFinisher } from '../../transform/index.ts'
import { clock } from './clock.ts'
import { isLarge } from './messages.ts'
import type { CaptureSettings } from './types.ts'
import type { CollectedFrom, Collector } from './ways.ts'

export interface Seen {
  side: Side
  message: unknown
  at: number
  /** The request on whose own stream it came. */
  onRequest?: RequestId | undefined
  /** Size of its line, where it came as one. */
  bytes?: number
  /** Who gathers the records of this request. */
  collectors?: readonly Collector[] | undefined
}

interface GaveUp {
  id: RequestId
  status: GivenUp
  at: number
  reason: string | undefined
}

export interface Observing {
  readonly run: string
  failures(): number
  /** Something is about to be forwarded; what passes until `forwarded` is recorded only then. */
  forwarding(): void
  forwarded(): void
  seen(seen: Seen): void
  gaveUp(gaveUp: GaveUp): void
  started(start: RunStart): void
  /** The protocol's session, once it is known. */
  session(id: string | undefined): void
  stderr(bytes: Uint8Array): void
  /** A line of stdout that was no message to the transport. */
  stdout(line: string): void
  flush(): void
  ended(end: RunEnd): void
  forget: CollectedFrom['forget']
}

export interface ObservingSettings extends Pick<CaptureSettings, 'server' | 'onRecord' | 'redactKeys'> {
  /** Messages are JSON, and nobody changes them. */
  parsed: boolean
  /** What `collect` is told the calls came through. */
  from: () => CollectedFrom
  narrowing: Narrowing
}

/** A line of fewer bytes holds no message that `isLarge` would call so: what it counts is at most eight for each byte. */
const SMALL_LINE = 8_192

/** More than this waiting is recorded at once, whatever it costs: memory is bounded, and nothing is left out. */
const MAX_WAITING = 1_000

const newId = createIds()

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const createObserving = (settings: ObservingSettings): Observing => {
  const { server, onRecord, parsed, from } = settings
  const run = randomUUID()
  const finish = createFinisher(settings.redactKeys === undefined ? {} : { keys: settings.redactKeys })
  const collected = new Map<string, readonly Collector[]>()
  const waiting: (Seen | GaveUp)[] = []
  let beginning: readonly Collector[] | undefined
  let failures = 0
  let forwarding = 0
  let draining = false
  let later: NodeJS.Immediate | undefined
  let timer: NodeJS.Timeout | undefined

  const collectorsOf = (record: LogRecord): readonly Collector[] => {
    const { call } = record
    if (call === undefined) return []
    if (call.attribution !== 'ambiguous') return collected.get(call.id) ?? []
    const [first, ...rest] = call.candidates.map((id) => collected.get(id) ?? [])
    return (first ?? []).filter((collector) => rest.every((others) => others.includes(collector)))
  }

  const collect = (record: LogRecord): void => {
    if (beginning !== undefined && isCallRecord(record) && record.call.status === 'started') {
      collected.set(record.call.id, beginning)
      for (const collector of beginning) collector.began(from(), record.call.id)
    }
    if (collected.size > 0) for (const collector of collectorsOf(record)) collector.record(record)
  }

  const observer = createSessionObserver({
    server,
    run,
    host: hostname(),
    newId,
    narrowing: settings.narrowing,
    emit(draft, stream) {
      const record = finish(draft, stream)
      collect(record)
      try {
        onRecord(record)
      } catch {
        failures += 1
      }
    },
  })

  const observe = (item: Seen | GaveUp): void => {
    try {
      if ('status' in item) {
        observer.gaveUp(item.id, item.status, item.at, item.reason)
        return
      }
      const { side, message, at, onRequest, collectors } = item
      beginning = collectors
      observer.message(side, parsed ? (message as Json) : toJson(message), at, onRequest)
    } catch {
      failures += 1
    } finally {
      beginning = undefined
    }
  }

  /** Large ones wait for a later turn; only what nobody else can change may. */
  const mayWait = (item: Seen | GaveUp): boolean =>
    parsed &&
    'message' in item &&
    (item.bytes === undefined || item.bytes > SMALL_LINE) &&
    isLarge(item.message)

  const drain = (all: boolean): void => {
    if (draining) return
    draining = true
    let done = 0
    for (; done < waiting.length; done++) {
      const item = waiting[done]
      if (item === undefined || (!all && mayWait(item))) break
      observe(item)
    }
    waiting.splice(0, done)
    draining = false
    if (waiting.length > 0) later ??= setImmediate(drainLater)
  }

  /** One large message a turn, and what comes after it up to the next. */
  const drainLater = (): void => {
    later = undefined
    const first = waiting.shift()
    if (first !== undefined) observe(first)
    drain(false)
  }

  const take = (item: Seen | GaveUp): void => {
    if (forwarding === 0 && waiting.length === 0 && !draining && !mayWait(item)) {
      draining = true
      observe(item)
      draining = false
      if (waiting.length > 0) drain(false)
      return
    }
    waiting.push(item)
    if (forwarding === 0 && later === undefined) drain(false)
    else if (waiting.length > MAX_WAITING && forwarding === 0) drain(true)
  }

  const tick = (): void => {
    timer = undefined
    const next = observer.tick(clock())
    if (next === undefined) return
    timer = setTimeout(tick, Math.max(1, next - clock()))
    timer.unref()
  }

  return {
    run,
    failures: () => failures,
    forwarding() {
      forwarding += 1
    },
    forwarded() {
      forwarding -= 1
      if (forwarding > 0) return
      if (later === undefined) drain(false)
      else if (waiting.length > MAX_WAITING) drain(true)
    },
    seen: take,
    gaveUp: take,
    started: (start) => observer.started(clock(), start),
    session: (id) => observer.session(id),
    stderr(bytes) {
      drain(true)
      try {
        observer.stderr(bytes, clock())
      } catch {
        failures += 1
      }
      if (timer === undefined) tick()
    },
    stdout(line) {
      drain(true)
      const at = clock()
      try {
        const json: unknown = line.trimStart().startsWith('{') ? parseJson(line) : undefined
        if (json !== undefined && observer.message('server', json as Json, at)) return
        observer.stray(Buffer.from(`${line}\n`), at)
      } catch {
        failures += 1
      }
      if (timer === undefined) tick()
    },
    flush() {
      drain(true)
      observer.flush()
    },
    ended(end) {
      drain(true)
      clearTimeout(timer)
      clearImmediate(later)
      observer.ended(clock(), end)
    },
    forget(callId, collector) {
      const rest = collected.get(callId)?.filter((other) => other !== collector) ?? []
      if (rest.length === 0) collected.delete(callId)
      else collected.set(callId, rest)
    },
  }
}
