/** Lines about calls: start, then success or error with its duration. What was thrown is thrown on. */
import type { Attributes, Json } from '../record/index.ts'
import { toJson } from '../record/index.ts'
import { redactText } from '../transform/index.ts'
import type { RequestContext } from './context.ts'
import type { Core } from './core.ts'
import type { CallsOptions } from './types.ts'

/** Runs a handler and tells about it. */
export type Watch = (context: RequestContext, params: unknown, run: () => unknown) => Promise<unknown>

const MAX_PAYLOAD = 1000
const CHARACTERS_A_TOKEN = 4

const fieldText = (value: Json): string => {
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)
  return JSON.stringify(value)
}

/** `request_start method=tools/call tool=add`: quoted, so that no value can pass for another field. */
const keyValues = (event: string, fields: Attributes): string =>
  [event, ...Object.entries(fields).map(([key, value]) => `${key}=${fieldText(value)}`)].join(' ')

const errorText = (error: unknown): string => {
  const value = error instanceof Error ? toJson(error.message) : toJson(error)
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** The text of a result that says it is an error. */
const resultError = (result: unknown): string | undefined => {
  const { isError, content } = (result ?? {}) as { isError?: unknown; content?: unknown }
  if (isError !== true) return undefined
  const texts = Array.isArray(content) ? content.map((item) => (item as { text?: unknown })?.text) : []
  return texts.filter((text) => typeof text === 'string').join('\n') || 'tool error'
}

const round = (ms: number): number => Math.round(ms * 1000) / 1000

/** Makes the watcher of one server's calls. */
export const createWatch = (core: Core, options: CallsOptions): Watch => {
  const { level = 'info', logger = 'calls', maxPayloadLength = MAX_PAYLOAD, methods, structured } = options

  const serialize = (params: unknown): string => {
    if (options.payloadSerializer !== undefined) {
      try {
        return String(options.payloadSerializer(params))
      } catch (error) {
        const why = errorText(error)
        core.diagnose('payloadSerializer', 'payloadSerializer threw, JSON is used', { error: why })
      }
    }
    return JSON.stringify(toJson(params))
  }

  /** Secrets are masked before anything is cut: a part of one is no secret that could be found. */
  const payloadFields = (params: unknown): Attributes => {
    const { includePayloads, includePayloadLength, estimatePayloadTokens } = options
    if (!includePayloads && !includePayloadLength && !estimatePayloadTokens) return {}
    const payload = serialize(params)
    const fields: Attributes = {}
    if (estimatePayloadTokens) fields.payloadTokens = Math.floor(payload.length / CHARACTERS_A_TOKEN)
    if (includePayloadLength) fields.payloadLength = payload.length
    if (includePayloads) {
      const masked = redactText(payload)
      fields.payload = masked.length > maxPayloadLength ? `${masked.slice(0, maxPayloadLength)}...` : masked
    }
    return fields
  }

  const tell = (context: RequestContext, event: string, at: typeof level, fields: Attributes): void => {
    try {
      const { id, method, tool, requestId } = context.facts.call
      const all: Attributes = {
        method,
        ...(tool === undefined ? {} : { tool }),
        requestId,
        callId: id,
        ...fields,
      }
      const message = structured ? JSON.stringify({ event, ...all }) : keyValues(event, all)
      core.local({ level: at, message, attributes: { event, ...all }, logger }, context)
    } catch {
      // A line about a call never breaks the call.
    }
  }

  return async (context, params, run) => {
    if (methods !== undefined && !methods.includes(context.facts.call.method)) return run()
    const started = performance.now()
    const durationMs = (): number => round(performance.now() - started)
    tell(
      context,
      'request_start',
      level,
      safely(() => payloadFields(params)),
    )
    try {
      const result = await run()
      const error = resultError(result)
      if (error === undefined) tell(context, 'request_success', level, { durationMs: durationMs() })
      else tell(context, 'request_error', 'error', { durationMs: durationMs(), error })
      return result
    } catch (error) {
      tell(context, 'request_error', 'error', { durationMs: durationMs(), error: errorText(error) })
      throw error
    }
  }
}

const safely = (make: () => Attributes): Attributes => {
  try {
    return make()
  } catch {
    return {}
  }
}
