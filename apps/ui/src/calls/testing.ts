/** Calls for tests. */
import type { CallSummary } from '../api/client.ts'

/** A call of a server from a time on; without `ms` it still runs. */
export const callAt = (
  time: number,
  {
    ms,
    server = 'a',
    tool = 'do',
    position = time,
    traceId,
  }: {
    ms?: number
    server?: string
    tool?: string
    position?: number
    traceId?: string
  } = {},
): CallSummary => ({
  call: {
    id: `${server}-${tool}-${position}`,
    method: 'tools/call',
    tool,
    requestId: position,
    from: 'client',
    attribution: 'exact',
    ...(ms === undefined ? {} : { status: 'ok' as const, durationMs: ms }),
  },
  server,
  run: 'r',
  ...(traceId === undefined ? {} : { traceId }),
  position,
  time,
  ...(ms === undefined
    ? {}
    : { outcome: { position: position + 1, time: time + ms, level: 'info' as const, message: 'ok' } }),
})
