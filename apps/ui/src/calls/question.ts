/** What is asked for when calls are looked at. */
import { termOf } from '../ask/filters.ts'
import type { Change, Chip, Place } from '../location/index.ts'

/** What clients and servers say to each other about themselves; people look for what was done. */
const CHATTER =
  'method:(initialize OR ping OR */list OR server/discover OR logging/setLevel OR subscriptions/listen)'

/** The query of the place; without the protocol's own calls, unless they failed. */
export const callsQuery = (asked: string, chatter: boolean): string => {
  if (chatter) return asked
  const without = `(-${CHATTER} OR status:error)`
  return asked === '' ? without : `(${asked}) ${without}`
}

/** Filters a click away. Each is a chip; what runs has no word in the query language, for it has no outcome yet. */
export const QUICK = { failed: 'status:error', slow: 'duration:>1s' } as const
export type Quick = keyof typeof QUICK

const isOf = (term: string) => (chip: Chip) => chip.term === term

export const isQuick = (quick: Quick, { chips }: Pick<Place, 'chips'>): boolean =>
  chips.some((chip) => chip.on && chip.term === QUICK[quick])

/** The chip on or off. */
export const toggleQuick =
  (quick: Quick) =>
  ({ chips }: Place): Change => {
    const rest = chips.filter((chip) => !isOf(QUICK[quick])(chip))
    return { chips: isQuick(quick, { chips }) ? rest : [...rest, { term: QUICK[quick], on: true }] }
  }

/** All of them off. */
export const withoutQuick = ({ chips }: Place): Change => ({
  chips: chips.filter(({ term }) => !Object.values<string>(QUICK).includes(term)),
})

/** The query for the calls of one tool, or of one method where there is no tool. */
export const sameTool = (
  server: string,
  { method, tool }: { method: string; tool?: string | undefined },
): string =>
  `${termOf('server', server)} ${tool === undefined ? termOf('method', method) : termOf('tool', tool)}`
