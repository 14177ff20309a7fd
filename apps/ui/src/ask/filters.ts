/** What a click on a value makes of the place. Use with `go`: `go(filterIn('server', 'fs'))`. */
import { knownField } from '@logboom/sdk/query'
import type { Change, Chip, Place } from '../location/index.ts'
import { fieldName, termOf, type Value } from './terms.ts'

export { attributeField, fieldName, termOf, type Value } from './terms.ts'

/** The opposite of a term. */
export const negated = (term: string): string => (term.startsWith('-') ? term.slice(1) : `-${term}`)

/** Other values of a field of which a record has one: both at once would find nothing. */
const isRival = (field: string, { term, on }: Chip): boolean =>
  on && knownField(field) !== undefined && field !== 'candidate' && term.startsWith(`${fieldName(field)}:`)

/** Adds a chip, or switches it on where it is; its opposite goes. What was looked at unfiltered is left. */
const withChip = (chips: readonly Chip[], term: string): Pick<Change, 'chips' | 'around'> => {
  const kept = chips.filter((chip) => chip.term !== negated(term))
  const there = kept.some((chip) => chip.term === term)
  return {
    chips: there
      ? kept.map((chip) => (chip.term === term ? { term, on: true } : chip))
      : [...kept, { term, on: true }],
    around: undefined,
  }
}

/** The place with one more term asked. */
export const withTerm = ({ chips }: Pick<Place, 'chips'>, term: string): Change => withChip(chips, term)

/** Only records with this value. Takes the place of another value of the same field. */
export const filterIn =
  (field: string, value: Value) =>
  ({ chips }: Pick<Place, 'chips'>): Change => {
    const term = termOf(field, value)
    return withChip(
      chips.filter((chip) => chip.term === term || !isRival(field, chip)),
      term,
    )
  }

/** No records with this value. */
export const filterOut =
  (field: string, value: Value) =>
  ({ chips }: Pick<Place, 'chips'>): Change =>
    withChip(chips, negated(termOf(field, value)))

/** Only this value, and nothing else that was asked. */
export const replaceWith = (field: string, value: Value) => (): Change => ({
  q: '',
  ...withChip([], termOf(field, value)),
})

/** Marks a text without filtering by it. */
export const highlight = (text: string): Change => ({ mark: text })

/** Takes a chip away. */
export const withoutChip =
  (term: string) =>
  ({ chips }: Pick<Place, 'chips'>): Change => ({ chips: chips.filter((chip) => chip.term !== term) })

/** Switches a chip on or off. */
export const toggleChip =
  (term: string) =>
  ({ chips }: Pick<Place, 'chips'>): Change => ({
    chips: chips.map((chip) => (chip.term === term ? { term, on: !chip.on } : chip)),
  })
