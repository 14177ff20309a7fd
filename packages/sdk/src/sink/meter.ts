/** A meter as the hot path wants it: one that never throws. */
import { LogboomError } from '../errors/index.ts'
import type { Meter } from './types.ts'

const quiet = new WeakSet<Meter>()

const quietly =
  <A extends unknown[]>(count: (...args: A) => void) =>
  (...args: A): void => {
    try {
      const answer: unknown = count(...args)
      if (answer instanceof Promise) answer.catch(() => {})
    } catch {
      // Whoever counts has no say in what becomes of the records.
    }
  }

/**
 * The same meter, but what it throws is ignored; one that was made here before comes back as it is.
 * @param owner for the error, as is `option`: who was given the meter, as which option
 * @throws LogboomError LB_USAGE for what is no meter, a promise of one for instance
 */
export const quietMeter = (owner: string, option: string, meter: Meter | undefined): Meter | undefined => {
  if (meter === undefined || quiet.has(meter)) return meter
  if (['record', 'taken', 'dropped', 'reduced'].some((name) => !isCallable(meter, name)))
    throw new LogboomError('LB_USAGE', `${owner}: the option "${option}" is no meter`, {
      hint: 'Give what await prometheusMetrics() or otelMetrics() returns.',
    })
  const made: Meter = {
    record: quietly((record) => meter.record(record)),
    taken: quietly((record, ms) => meter.taken(record, ms)),
    dropped: quietly((reason, records) => meter.dropped(reason, records)),
    reduced: quietly((reason, records) => meter.reduced(reason, records)),
  }
  quiet.add(made)
  return made
}

const isCallable = (value: unknown, name: string): boolean =>
  typeof (value as Record<string, unknown> | null)?.[name] === 'function'
