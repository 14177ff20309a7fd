/** From a server to its records. */
import { filterIn } from '../ask/filters.ts'
import type { Change, Place } from '../location/place.ts'

/** Before an end, and after it: what was said on another pipe may be told a little later. */
const BEFORE_MS = 60_000
const AFTER_MS = 5000

const chipsOf = (chips: Place['chips'], values: Readonly<Record<string, string>>): Place['chips'] =>
  Object.entries(values).reduce(
    (now, [field, value]) => filterIn(field, value)({ chips: now }).chips ?? now,
    chips,
  )

const STREAM = { view: 'stream', page: undefined, around: undefined } as const

/** The stream of a server within what is asked; with more values, of these only. */
export const ofServer =
  (server: string, values: Readonly<Record<string, string>> = {}) =>
  ({ chips }: Pick<Place, 'chips'>): Change => ({ ...STREAM, chips: chipsOf(chips, { server, ...values }) })

/** Its errors, in the place of another level. */
export const errorsOf =
  (server: string) =>
  (place: Pick<Place, 'chips'>): Change => {
    const { chips = [], ...rest } = ofServer(server)(place)
    const term = 'level:>=error'
    const kept = chips.filter((chip) => chip.term !== term && !(chip.on && chip.term.startsWith('level:')))
    return { ...rest, chips: [...kept, { term, on: true }] }
  }

/** What was reported of it: the hub adds up reports of the time that is asked, whatever else is. */
export const toldOf = (server: string, values: Readonly<Record<string, string>>): Change => ({
  ...STREAM,
  q: '',
  chips: chipsOf([], { server, ...values }),
})

/** What a run said around a moment, whatever is asked otherwise. */
export const around = (
  server: string,
  run: string,
  time: number,
  values: Readonly<Record<string, string>> = {},
): Change => ({
  ...STREAM,
  q: '',
  chips: chipsOf([], { server, run, ...values }),
  since: new Date(time - BEFORE_MS).toISOString(),
  until: new Date(time + AFTER_MS).toISOString(),
})
