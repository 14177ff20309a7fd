/** Records to an OpenTelemetry collector or backend: OTLP/HTTP logs in JSON. `encode.ts` has the mapping. */
import type { Sink } from '../types.ts'
import { encodeLogs } from './encode.ts'
import { type OtlpSinkOptions, readOptions } from './options.ts'
import { sendLogs } from './send.ts'

/**
 * Sends each batch as one request. Without options it reads the standard `OTEL_EXPORTER_OTLP_*` environment. It always
 * speaks JSON, whatever OTEL_EXPORTER_OTLP_PROTOCOL says: receivers of OTLP/HTTP must read it.
 * @throws LogboomError LB_SINK_OPTIONS when the address is none
 * @throws SinkError (in an attempt): retryable for 429, 502, 503, 504, a time-out and a failed connection, with the receiver's
 * `Retry-After`; with `rejectedCount` for a partial success; final for any other answer
 * @example otlpSink({ url: 'https://otlp.example.com/v1/logs', headers: { 'api-key': key } })
 */
export const otlpSink = (options: OtlpSinkOptions = {}): Sink => {
  const settings = readOptions(options)
  return (batch, context) => sendLogs(encodeLogs(batch, settings.resource), settings, context?.signal)
}
