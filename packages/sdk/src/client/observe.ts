/** Logging for a client that somebody else makes: its transport is observed. */
import type { Level } from '../record/index.ts'
import {
  type CaptureFacts,
  type CaptureSettings,
  captureTransport,
  type MessageTransport,
  type SetLevelOptions,
  type SetLevelResult,
} from './capture/index.ts'
import {
  createOutlets,
  type FlushOptions,
  type FlushReport,
  type HandlerOptions,
  type Logging,
} from './handlers.ts'

export interface ObserveOptions extends Omit<CaptureSettings, 'onRecord' | 'onBelowLevel'>, HandlerOptions {}

/** What observes one transport. It closes by itself when the transport does. */
export interface Observation<T extends object = object> extends Logging, AsyncDisposable {
  /** The transport that was given: the same object. */
  readonly transport: T
  facts(): CaptureFacts
  /** See `setLevel`. */
  setLevel(level: Level, options?: SetLevelOptions): Promise<SetLevelResult>
  /** Stops observing and hands over what waits; the client and its transport go on. */
  close(options?: FlushOptions): Promise<FlushReport>
}

/**
 * Observes the transport of an MCP client, whoever made it: stdio, Streamable HTTP, SSE, in-memory or one of your own. Call it
 * before the client connects. The client sees and sends what it would have, but that requests carry a `traceparent` (unless
 * `trace: false`) and ask modern servers for logs (unless `level: false`), which are withheld from a client that did not ask.
 * A stdio transport's stderr is read if it is a pipe (`stderr: 'pipe'`).
 * @throws TypeError where the object cannot be changed (frozen)
 * @example
 * const transport = new StdioClientTransport({ command: 'weather-server', stderr: 'pipe' })
 * observe(transport, { server: 'weather', sinks: [consoleSink()] })
 * await client.connect(transport)
 */
export const observe = <T extends MessageTransport>(
  transport: T,
  options: ObserveOptions,
): Observation<T> => {
  const { server, level, stderr, trace, redactKeys } = options
  const outlets = createOutlets(options, () => capture.flush())
  const outlet = outlets.open(server)
  const capture = captureTransport(transport, {
    server,
    onRecord: outlet.take,
    onBelowLevel: () => outlet.skip('below_level'),
    ...(level === undefined ? {} : { level }),
    ...(stderr === undefined ? {} : { stderr }),
    ...(trace === undefined ? {} : { trace }),
    ...(redactKeys === undefined ? {} : { redactKeys }),
  })
  void capture.ended.then(() => outlets.close())

  const close = async (closing?: FlushOptions): Promise<FlushReport> => {
    await capture.close()
    return outlets.close(closing)
  }
  return {
    transport,
    facts: capture.facts,
    setLevel: capture.setLevel,
    flush: outlets.flush,
    records: outlets.records,
    stats: outlets.stats,
    close,
    [Symbol.asyncDispose]: async () => void (await close()),
  }
}
