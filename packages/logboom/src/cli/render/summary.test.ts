import { describe, expect, it } from 'vitest'
import { EMPTY_STATS } from '../testing.ts'
import { renderSummary } from './summary.ts'

describe('the summary', () => {
  it('counts records by server and level, calls by tool with error rate and percentiles', () => {
    const text = renderSummary(
      {
        ...EMPTY_STATS,
        servers: [
          {
            server: 'analytics',
            runs: 1,
            alive: 1,
            levels: { info: 1200, critical: 2, emergency: 1 },
            records: 1203,
            lastSeen: 0,
          },
          { server: '数据库', runs: 2, alive: 0, levels: { info: 4 }, records: 4, lastSeen: 0 },
        ],
        tools: [
          {
            server: 'analytics',
            method: 'tools/call',
            tool: 'analyze_data',
            outcomes: { ok: 6, tool_error: 1, timeout: 1, cancelled: 1 },
            open: 1,
            p50: 384,
            p95: 1290,
          },
          { server: '数据库', method: 'tools/list', outcomes: {}, open: 1 },
        ],
        redacted: 2,
        bytes: 2048,
      },
      { color: false },
    )
    expect(text).toBe(
      [
        'Records by server and level',
        '  server     records  ● info  ✖ critical+  runs  alive',
        '  analytics    1,203   1,200            3     1      1',
        '  数据库           4       4            -     2      -',
        '',
        'Calls by tool',
        '  server     tool          calls  errors  error rate     p50     p95  open',
        '  analytics  analyze_data     10       2        22 %  384 ms  1.29 s     1',
        '  数据库     tools/list        1       -           -       -       -     1',
        '',
        '1,207 records from 2 servers, 2 KiB on disk',
        '2 values masked before anything was written',
        'nothing dropped',
      ].join('\n'),
    )
  })

  it('says what was dropped and what could not be read', () => {
    const text = renderSummary(
      {
        ...EMPTY_STATS,
        dropped: { overflow: 12, unknown: 0 },
        problems: [{ file: 'journal/x.ndjson', problem: 'line 1 is no journal header' }],
      },
      { color: false },
    )
    expect(text).toContain('dropped: 12 overflow')
    expect(text).not.toContain('unknown')
    expect(text).toContain('not read: journal/x.ndjson: line 1 is no journal header')
  })
})
