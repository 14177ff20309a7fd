import type { Column } from '../../tools/table.ts'

/** Tools: rate, errors, duration. */
export const tools = {
  columns: {
    tool: 'Tool',
    server: 'Server',
    calls: 'Calls',
    open: 'Open',
    errorRate: 'Errors',
    p50: 'p50',
    p95: 'p95',
    p99: 'p99',
    request: 'Request',
    response: 'Response',
    trend: 'Calls over time',
    lastError: 'Last error',
  } satisfies Record<Column, string> as Record<Column, string>,
  columnsAbout: {
    tool: 'The name of the tool',
    server: 'The server it is a tool of',
    calls: 'Calls that ended',
    open: 'Calls that have not ended yet',
    errorRate:
      'Share of calls that failed: tool errors, protocol errors, timeouts, lost ones; cancelled ones did not fail',
    p50: 'Half of the calls took no longer',
    p95: '95 of 100 calls took no longer',
    p99: '99 of 100 calls took no longer',
    request: 'Size of the request: the middle one, and the largest',
    response: 'Size of the response: the middle one, and the largest',
    trend: 'How many calls there were in each part of the time range',
    lastError: 'The newest call that failed',
  } satisfies Record<Column, string> as Record<Column, string>,
  methods: (n: number) => `${n} ${n === 1 ? 'method' : 'methods'} of the protocol itself`,
  showCalls: 'Show its calls',
  showFailed: (count: string, n: number) =>
    n === 1 ? 'Show the failed call' : `Show the ${count} failed calls`,
  largest: (size: string) => `the largest: ${size}`,
  trendAbout: (most: string, step: string) => `at most ${most} calls in ${step}`,
  noneMatch: 'No call matches what is asked.',
  noneYet: 'No tool was called yet. Its numbers appear here with the first call.',
  askAll: 'Ask for everything',
}
