import { expect, test } from 'vitest'
import { attemptsOf } from './related.ts'
import { entriesOf, type Story, startOf } from './story.ts'
import { recordAt, storyOf } from './testing.ts'

const told = (story: Story) => entriesOf(story).map((entry) => [entry.kind, entry.at])

test('a story is told by time, from its request to its end and after, with the pauses between', () => {
  const story = storyOf({ records: [recordAt(3000), recordAt(500), recordAt(20)], end: 2000 })
  expect(told(story)).toEqual([
    ['request', 0],
    ['record', 20],
    ['record', 500],
    ['gap', 500],
    ['end', 2000],
    ['record', 3000],
  ])
})

test('of the same moment, what was captured first comes first', () => {
  const story = storyOf({ records: [recordAt(5, { seq: 9, id: 'b' }), recordAt(5, { seq: 8, id: 'a' })] })
  expect(entriesOf(story).flatMap((entry) => ('record' in entry ? [entry.record.id] : []))).toEqual([
    'start',
    'a',
    'b',
    'end',
  ])
})

test('progress is told as such, with its whole where it names one', () => {
  const progress = (params: Record<string, unknown>) =>
    entriesOf(
      storyOf({
        records: [
          recordAt(1, { source: 'notification', attributes: { method: 'notifications/progress', params } }),
        ],
      }),
    )[1]
  expect(progress({ progress: 1, total: 4, message: 'one' })).toMatchObject({
    kind: 'progress',
    progress: 1,
    total: 4,
    note: 'one',
  })
  expect(progress({ progress: 1, total: 0 })).not.toHaveProperty('total')
  expect(progress({ progress: 'much' })).toMatchObject({ kind: 'record' })
})

test('where the request was dropped the end stands for it, and the start is counted back', () => {
  const { outcome, ...rest } = storyOf({ end: 40 })
  if (outcome === undefined) throw new Error('it has ended')
  const story: Story = { ...rest, started: outcome, outcome }
  expect(startOf(story)).toBe(0)
  expect(told(story)).toEqual([['end', 40]])
})

test('the end of a run is told before the outcome that followed from it', () => {
  const story: Story = {
    ...storyOf({ end: 40 }),
    exit: { record: 'exit', message: 'crashed', level: 'critical', time: 40 },
  }
  expect(told(story)).toEqual([
    ['request', 0],
    ['exit', 40],
    ['end', 40],
  ])
})

test('attempts have the same arguments, whatever the order of keys; a leg follows a question', () => {
  const story = storyOf({ argument: { a: 1, b: [2] } })
  const other = (id: string, time: number, args: unknown, result?: unknown) =>
    [story.started, story.outcome].flatMap((record, index) =>
      record === undefined
        ? []
        : [
            recordAt(time + index, {
              id: `${id}-${index}`,
              source: 'call',
              attributes: index === 0 ? { arguments: args as never } : { result: result as never },
              call: { ...story.call, id, status: index === 0 ? 'started' : 'ok' },
            }),
          ],
    )
  const records = [
    ...other('same', -1000, { argument: { b: [2], a: 1 } }, { resultType: 'input_required' }),
    ...other('different', -500, { argument: { a: 1, b: [3] } }),
  ]
  expect(attemptsOf(story, records).map(({ id, leg }) => [id, leg])).toEqual([
    ['same', false],
    ['c-1', true],
  ])
  expect(attemptsOf(story, [])).toEqual([])
})
