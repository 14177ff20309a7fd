/**
 * Where records go besides the client: stderr, journal, OTLP, and any sink. A process has each only once, however many servers
 * it makes: a factory may make one for every request.
 */

import type { Env } from '../record/environment.ts'
import type { LogRecord } from '../record/index.ts'
import { createDelivery } from '../sink/delivery.ts'
import type { Delivery, Meter, Sink } from '../sink/types.ts'
import type { Environment } from './environment.ts'
import { lazySink } from './lazy-sink.ts'
import { createLineWriter, type LineWriter } from './line-writer.ts'
import { markedLine, readableLine } from './lines.ts'
import type { LoggingOptions } from './types.ts'

export interface WaysOut {
  push(record: LogRecord): void
  flush(timeoutMs: number): Promise<void>
  /** What was given up, by way and reason. */
  dropped(): Record<string, number>
}

interface Way {
  name: string
  push(record: LogRecord): void
  flush(timeoutMs: number): Promise<unknown>
  dropped(): Record<string, number>
}

/** Made when first used, and kept: by what makes two of them the same. */
const shared = new Map<string, Way>()
const deliveries = new WeakMap<Sink, Delivery>()
let writer: LineWriter | undefined

const once = (key: string, make: () => Way): Way => {
  const found = shared.get(key) ?? make()
  shared.set(key, found)
  return found
}

const deliver = (name: string, sink: Sink, { onFailure, meter }: WaysSettings): Way => {
  const delivery =
    deliveries.get(sink) ??
    createDelivery(sink, {
      onError: (error) => onFailure(name, error),
      ...(meter === undefined ? {} : { meter }),
    })
  deliveries.set(sink, delivery)
  return {
    name,
    push: (record) => void delivery.push(record),
    flush: (timeoutMs) => delivery.flush(timeoutMs),
    dropped: () => delivery.stats().dropped,
  }
}

const stderrWay = (style: 'readable' | 'json', color: boolean): Way => {
  writer ??= createLineWriter()
  const lines = writer
  return {
    name: 'stderr',
    push: (record) => lines.write(style === 'json' ? markedLine(record) : readableLine(record, color)),
    flush: (timeoutMs) => lines.flush(timeoutMs),
    dropped: () => lines.dropped(),
  }
}

const journalSinkOf = (home: string, server: string): Sink =>
  lazySink(async () => {
    const { journalSink } = await import('../sink/journal.ts')
    return journalSink({ home, server })
  })

const otlpSinkOf = (env: Env): Sink =>
  lazySink(async () => {
    const { otlpSink } = await import('../sink/otlp/otlp.ts')
    return otlpSink({ env })
  })

const stderrStyle = (
  asked: LoggingOptions['stderr'],
  { tapped }: Environment,
): 'readable' | 'json' | undefined => {
  if (asked === false) return undefined
  // A tap reads what it was told to expect, whatever is shown on a terminal.
  if (tapped) return 'json'
  if (asked === 'readable' || asked === 'json') return asked
  return process.stderr.isTTY ? 'readable' : 'json'
}

/** Told of every failure of a way. */
export type OnFailure = (way: string, error: unknown) => void

export interface WaysSettings {
  options: LoggingOptions
  environment: Environment
  server: string
  onFailure: OnFailure
  meter?: Meter
}

/** The ways out that options and environment ask for; options win. */
export const createWaysOut = (settings: WaysSettings): WaysOut => {
  const { options, environment, server } = settings
  const ways: Way[] = []
  const style = stderrStyle(options.stderr, environment)
  const env = options.env ?? process.env
  if (style !== undefined) ways.push(stderrWay(style, !env.NO_COLOR))
  const home = options.journal === false ? undefined : (options.journal ?? environment.home)
  if (home !== undefined) {
    ways.push(
      once(`journal ${home} ${server}`, () => deliver('journal', journalSinkOf(home, server), settings)),
    )
  }
  if (options.otlp ?? environment.otlp)
    ways.push(once('otlp', () => deliver('otlp', otlpSinkOf(env), settings)))
  options.sinks?.forEach((sink, index) => {
    ways.push(deliver(`sink${index + 1}`, sink, settings))
  })
  return {
    push(record) {
      for (const way of ways) way.push(record)
    },
    async flush(timeoutMs) {
      await Promise.all(ways.map((way) => way.flush(timeoutMs)))
    },
    dropped() {
      const sum: Record<string, number> = {}
      for (const way of ways)
        for (const [reason, count] of Object.entries(way.dropped())) sum[`${way.name}.${reason}`] = count
      return sum
    },
  }
}
