/** The calls of what is asked, live: as a table or as a waterfall. */
import { useMemo, useState } from 'react'
import { Chips } from '../ask/chips.tsx'
import { queryOf, usePlace } from '../location/index.ts'
import { Button } from '../parts/button.tsx'
import { formatCount } from '../parts/format.ts'
import { Problem } from '../parts/problem.tsx'
import { useSettings } from '../settings/index.ts'
import { TAG, useLanguage, useText } from '../text/index.tsx'
import { isOpen } from './call-list.ts'
import { callsQuery } from './question.ts'
import { CallTable } from './table.tsx'
import { CallToolbar } from './toolbar.tsx'
import { useCalls } from './use-calls.ts'
import { useNorms } from './use-norms.ts'
import { Waterfall } from './waterfall.tsx'

export const Calls = () => {
  const place = usePlace()
  const text = useText()
  const t = text.calls
  const tag = TAG[useLanguage()]
  const { callsAs, chatter } = useSettings()
  const [onlyRunning, setOnlyRunning] = useState(false)
  const { since, until } = place
  const { list, calls, more, older } = useCalls({ q: callsQuery(queryOf(place), chatter), since, until })
  const norms = useNorms()
  const shown = useMemo(() => (onlyRunning ? calls.filter(isOpen) : calls), [calls, onlyRunning])
  const known = formatCount(calls.length, tag)
  const counted = onlyRunning ? t.countRunning(formatCount(shown.length, tag), known) : t.count(known, more)
  // Calls of the question before stay until those of this one are there.
  const count = list.isPending || list.isPlaceholderData ? text.parts.loading : counted
  const problem = list.error ?? older.error
  return (
    <>
      <h1 className="sr-only">{t.title}</h1>
      <Chips />
      <CallToolbar running={{ only: onlyRunning, set: setOnlyRunning }} count={count} />
      {problem !== null && <Problem error={problem} retry={() => void list.refetch()} />}
      {list.isSuccess && shown.length === 0 && <Empty running={onlyRunning} />}
      {shown.length > 0 &&
        (callsAs === 'table' ? (
          <CallTable calls={shown} norms={norms} />
        ) : (
          <Waterfall calls={shown} norms={norms} />
        ))}
      {more && (
        <div className="border-line border-t p-1 text-center">
          <Button plain disabled={older.isPending} onClick={() => older.mutate()}>
            {older.isPending ? text.parts.loading : text.parts.more}
          </Button>
        </div>
      )}
    </>
  )
}

/** Why there is nothing, and what to do. */
const Empty = ({ running }: { running: boolean }) => {
  const t = useText().calls
  const { q, chips, since, until } = usePlace()
  const { chatter } = useSettings()
  const asked = q !== '' || chips.some(({ on }) => on) || since !== undefined || until !== undefined
  return (
    <div className="m-auto max-w-md p-6 text-center">
      <h2 className="font-semibold text-[15px]">{t.none}</h2>
      <p className="mt-1 text-dim">{running ? t.noneRunning : asked ? t.noneAsked : t.noneYet}</p>
      {!chatter && <p className="text-dim">{t.noneButChatter}</p>}
    </div>
  )
}
