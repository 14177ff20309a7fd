/** Stories for tests: of a call that began at 0 and failed after 40 ms. */
import type { LogRecord } from '../api/client.ts'
import type { Story } from './story.ts'

const CALL = { id: 'c-1', method: 'tools/call', requestId: 1, from: 'client' } as const

export const recordAt = (time: number, more: Partial<LogRecord> = {}): LogRecord => ({
  id: `r-${time}`,
  time,
  observed: time,
  seq: time,
  level: 'info',
  server: 'db',
  run: 'run-1',
  source: 'stderr',
  message: 'text',
  attributes: {},
  call: { ...CALL, attribution: 'inferred' },
  ...more,
})

export const storyOf = ({
  tool = 'save',
  server = 'db',
  client = 'test',
  argument,
  result = 'no',
  detail,
  records = [],
  end = 40,
}: {
  tool?: string
  server?: string
  client?: string
  argument?: unknown
  result?: unknown
  detail?: string
  records?: LogRecord[]
  end?: number
}): Story => {
  const call = { ...CALL, tool, attribution: 'exact' } as const
  return {
    call: { ...call, status: 'tool_error', durationMs: end },
    server,
    run: 'run-1',
    started: recordAt(0, {
      id: 'start',
      source: 'call',
      server,
      client: { name: client },
      attributes: argument === undefined ? {} : { arguments: { argument } },
      call: { ...call, status: 'started' },
    }),
    outcome: recordAt(end, {
      id: 'end',
      seq: 100_000,
      source: 'call',
      server,
      message: 'tools/call failed',
      attributes: { result },
      call: { ...call, status: 'tool_error', durationMs: end },
    }),
    records,
    ...(detail === undefined ? {} : { blame: { party: 'server', rule: 'upstream', detail } }),
  }
}
