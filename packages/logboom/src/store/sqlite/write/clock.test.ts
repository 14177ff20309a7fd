import { expect, test } from 'vitest'
import { type Clock, readClock } from './clock.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Asks at each time in turn; tells when the clock was trusted. */
const ask = (times: readonly number[]): boolean[] => {
  let clock: Clock | undefined
  return times.map((now) => {
    const answer = readClock(clock, now)
    clock = answer.clock
    return answer.isTrusted
  })
}

test('a clock that goes on is trusted, in small steps and over a night', () => {
  expect(ask([0, 60_000, HOUR, 20 * HOUR])).toEqual([true, true, true, true])
})

test('a clock that jumped ahead is not, until it has stayed there for a day', () => {
  const far = 400 * DAY
  expect(ask([0, far, far + HOUR, far + 23 * HOUR, far + 24 * HOUR, far + 25 * HOUR])).toEqual([
    true,
    false,
    false,
    false,
    true,
    true,
  ])
})

test('a clock that jumped ahead and came back is trusted again at once', () => {
  expect(ask([0, 400 * DAY, HOUR, 2 * HOUR])).toEqual([true, false, true, true])
})

test('a second jump begins the wait anew', () => {
  expect(ask([0, 400 * DAY, 40 * DAY, 40 * DAY + 23 * HOUR, 41 * DAY])).toEqual([
    true,
    false,
    false,
    false,
    true,
  ])
})

test('a clock that goes back deletes less, and is trusted', () => {
  expect(ask([400 * DAY, 0, HOUR])).toEqual([true, true, true])
})
