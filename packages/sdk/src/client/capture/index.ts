/** Observing the transports of MCP clients. */
export { captureOf, captureTransport, hasLogHandler } from './capture.ts'
export type {
  Capture,
  CaptureFacts,
  CaptureSettings,
  Era,
  MessageTransport,
  SetLevelOptions,
  SetLevelResult,
} from './types.ts'
