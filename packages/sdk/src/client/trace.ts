/**
 * W3C trace context for outgoing requests: continued where there is something to continue, else made.
 *
 * The parent is, in this order: what the setting gives, what `withTrace` was called with, the active OpenTelemetry span. The
 * span is read where `@opentelemetry/api` registers itself for all its copies in a process, so that nothing has to be loaded.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'
import { readTraceparent } from '../observe/index.ts'

/**
 * `true`: requests carry a `traceparent`, continued or made. `false`: no request is touched. A function gives the parent of
 * each request as a `traceparent`, or undefined for none.
 */
export type TraceSetting = boolean | (() => string | undefined)

export interface TraceContext {
  traceparent: string
  tracestate?: string
}

const parents = new AsyncLocalStorage<string>()

/**
 * Runs `fn` so that every captured request below it belongs to the trace of this parent.
 * @param traceparent W3C, `00-<trace id>-<span id>-<flags>`; anything else is no parent
 * @example await withTrace(request.headers.traceparent, () => client.callTool({ name: 'search', arguments: {} }))
 */
export const withTrace = <T>(traceparent: string | undefined, fn: () => T): T =>
  traceparent === undefined ? fn() : parents.run(traceparent, fn)

interface SpanContext {
  traceId?: unknown
  spanId?: unknown
  traceFlags?: unknown
  traceState?: { serialize?: () => string }
}

/** What of the OpenTelemetry API's registration is read. */
interface OtelGlobal {
  context?: { active?: () => { getValue?: (key: symbol) => { spanContext?: () => SpanContext } | undefined } }
}

const OTEL_API = Symbol.for('opentelemetry.js.api.1')
const OTEL_SPAN = Symbol.for('OpenTelemetry Context Key SPAN')

const flagsText = (flags: unknown): string => (flags === 0 ? '00' : '01')

const activeSpan = (): TraceContext | undefined => {
  const otel = (globalThis as { [OTEL_API]?: OtelGlobal })[OTEL_API]
  const span = otel?.context?.active?.().getValue?.(OTEL_SPAN)?.spanContext?.()
  if (span === undefined) return undefined
  const traceparent = `00-${span.traceId}-${span.spanId}-${flagsText(span.traceFlags)}`
  if (readTraceparent(traceparent) === undefined) return undefined
  const tracestate = span.traceState?.serialize?.()
  return tracestate === undefined || tracestate === '' ? { traceparent } : { traceparent, tracestate }
}

const newSpanId = (): string => randomBytes(8).toString('hex')

/**
 * The trace context of the next request. An OpenTelemetry span is the request's parent itself; below any other parent the
 * request gets a span id of its own, by which its logs can be told from those of its siblings.
 */
export const nextTrace = (setting: Exclude<TraceSetting, false>): TraceContext => {
  const given = (typeof setting === 'function' ? setting() : undefined) ?? parents.getStore()
  const parent = readTraceparent(given)
  if (parent !== undefined) {
    const flags = given?.slice(53, 55) ?? '01'
    return { traceparent: `00-${parent.traceId}-${newSpanId()}-${flags}` }
  }
  return activeSpan() ?? { traceparent: `00-${randomBytes(16).toString('hex')}-${newSpanId()}-01` }
}
