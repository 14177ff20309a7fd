import { describe, expect, it } from 'vitest'
import type { CallStory } from '../../store/contract.ts'
import { call, NOON, record } from '../testing.ts'
import { createCallRenderer } from './calls.ts'

const render = createCallRenderer({ color: false, utc: true, now: () => NOON })

const story = (fields: Partial<CallStory> = {}): CallStory => ({
  call: call({ tool: 'store_result' }),
  server: 'database',
  run: 'run-1',
  started: record({
    server: 'database',
    source: 'call',
    call: call({ tool: 'store_result', status: 'started' }),
    attributes: { arguments: { table: 'scores', rows: 128 } },
  }),
  records: [],
  ...fields,
})

describe('a call', () => {
  it('is told with its arguments, its logs and what went wrong', () => {
    const text = render(
      story({
        records: [
          record({ time: NOON + 2, call: call(), logger: 'database.pool', message: 'opening connection' }),
          record({
            time: NOON + 400,
            level: 'warning',
            source: 'stderr',
            call: call({ attribution: 'inferred' }),
            message: 'retry 1 of 3',
          }),
        ],
        outcome: record({
          time: NOON + 1204,
          level: 'error',
          source: 'call',
          call: call({ tool: 'store_result', status: 'tool_error', durationMs: 1204 }),
          attributes: {
            result: { isError: true, content: [{ type: 'text', text: 'could not reach the database' }] },
          },
        }),
      }),
    )
    expect(text.split('\n')).toEqual([
      '14:02:11.020 ■ tool_error database › store_result  1.20 s  (2 records, ~ 1 inferred)',
      '    arguments  table=scores rows=128',
      '    14:02:11.022 ● info      │ [database.pool] opening connection',
      '    14:02:11.420 ▲ warning   ~ [stderr] retry 1 of 3',
      '    tool_error  could not reach the database',
    ])
  })

  it('that went well and logged nothing takes two lines', () => {
    const outcome = record({
      source: 'call',
      call: call({ tool: 'store_result', status: 'ok', durationMs: 12 }),
    })
    expect(render(story({ outcome })).split('\n')).toEqual([
      '14:02:11.020 ● ok         database › store_result  12 ms  (nothing logged)',
      '    arguments  table=scores rows=128',
    ])
  })

  it('that has no outcome yet is open', () => {
    expect(render(story()).split('\n')[0]).toBe(
      '14:02:11.020 … open       database › store_result  (nothing logged)',
    )
  })
})
