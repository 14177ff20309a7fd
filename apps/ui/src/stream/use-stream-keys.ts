/** What the keys do in the stream. */
import { maskMessage } from '@logboom/sdk/record'
import { filterIn, negated, withTerm } from '../ask/filters.ts'
import { useKey } from '../keys/index.ts'
import { go, type Place } from '../location/index.ts'
import { copyText } from '../parts/copy.tsx'
import { patternQuery } from '../patterns/pattern-query.ts'
import { changeSettings, type Settings } from '../settings/index.ts'
import { useText } from '../text/index.tsx'
import { type FeedState, feed } from './feed.ts'
import { errorFrom, stepFrom } from './steps.ts'
import { endOf, indexOf, rowOf } from './window.ts'

const TIMES: readonly Settings['time'][] = ['local', 'utc', 'relative']

export const useStreamKeys = (
  state: FeedState,
  place: Place,
  active: number | undefined,
  activate: (key: number) => void,
  note: (text: string) => void,
): void => {
  const t = useText().stream
  const { rows, older, newer } = state.window
  const there = rows.length > 0
  const row = rowOf(rows, active)
  const record = row?.kind === 'record' ? row.record : undefined
  const down = place.order === 'oldest' ? 1 : -1

  const move = (step: 1 | -1): void => {
    feed.hold('reading')
    const key = stepFrom(rows, active, step)
    if (key === undefined) return
    activate(key)
    const next = rows[indexOf(rows, key)]
    // What is open beside goes along.
    if (place.record !== undefined && next?.kind === 'record')
      go({ record: next.record.id, call: undefined }, { replace: true })
  }
  useKey('down', () => move(down), there)
  useKey('up', () => move(down === 1 ? -1 : 1), there)
  useKey('open', () => go({ record: record?.id, call: undefined }), record !== undefined)

  const goOn = (): void => (place.around === undefined ? feed.goOn() : go({ around: undefined }))
  useKey('live', goOn)
  useKey('pause', () => (state.hold === undefined ? feed.hold('paused') : feed.goOn()))
  useKey('top', () => (place.order === 'newest' ? goOn() : feed.toStart()))

  const toError = async (direction: 'next' | 'previous'): Promise<void> => {
    const last = rows.at(-1)
    if (last === undefined) return
    const from = active ?? endOf(last)
    const [step, beyond] =
      direction === 'next' ? ([1, newer || state.fresh > 0] as const) : ([-1, older] as const)
    const near = active === undefined && direction === 'previous' ? from + 1 : from
    const found = errorFrom(rows, near, step, beyond)
    if (typeof found === 'number') {
      feed.hold('reading')
      activate(found)
      return
    }
    const position =
      found === undefined ? undefined : await feed.findError(near, direction).catch(() => undefined)
    if (position === undefined) note(t.noError[direction])
    else feed.jump(position)
  }
  useKey('nextError', () => void toError('next'), there)
  useKey('previousError', () => void toError('previous'), there)

  useKey('wrap', () => changeSettings(({ wrap }) => ({ wrap: !wrap })))
  useKey('density', () =>
    changeSettings(({ density }) => ({ density: density === 'compact' ? 'comfortable' : 'compact' })),
  )
  useKey('time', () =>
    changeSettings(({ time }) => ({ time: TIMES[(TIMES.indexOf(time) + 1) % TIMES.length] ?? 'local' })),
  )
  useKey(
    'context',
    () => go({ around: place.around === undefined ? active : undefined }),
    place.around !== undefined || record !== undefined,
  )
  useKey(
    'copy',
    () => void copyText(JSON.stringify(record, null, 2)).then((done) => note(done ? t.copied : t.notCopied)),
    record !== undefined,
  )
  useKey('filterIn', () => go(filterIn('server', record?.server ?? '')), record !== undefined)
  const similar = record && patternQuery(maskMessage(record.message))
  useKey('filterOut', () => go((now) => withTerm(now, negated(similar ?? ''))), similar !== undefined)
}
