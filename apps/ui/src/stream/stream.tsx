/** The stream: what is asked for, as it comes. */
import { memo, useEffect, useState } from 'react'
import { Chips } from '../ask/chips.tsx'
import { Histogram } from '../histogram/histogram.tsx'
import { go, queryOf, usePlace } from '../location/index.ts'
import { Button } from '../parts/button.tsx'
import { Problem } from '../parts/problem.tsx'
import { useSettings } from '../settings/index.ts'
import { useStore } from '../store.ts'
import { useText } from '../text/index.tsx'
import { Welcome } from '../welcome/welcome.tsx'
import { Announcer } from './announcer.tsx'
import { ContextBar, StreamBar } from './bar.tsx'
import { feed } from './feed.ts'
import { searchedFor } from './fields.ts'
import { List } from './list.tsx'
import { useNow } from './now.ts'
import { questionOf } from './question.ts'
import { Toolbar } from './toolbar.tsx'
import { useNote } from './use-note.ts'
import { useStreamKeys } from './use-stream-keys.ts'
import { rowOf } from './window.ts'

/** Rows come ten times a second; what stands above them need not be rendered with them. */
const Counts = memo(Histogram)
const Filters = memo(Chips)

export const Stream = () => {
  const place = usePlace()
  const settings = useSettings()
  const state = useStore(feed)
  const t = useText().stream
  const now = useNow()
  const [active, setActive] = useState<number>()
  const [note, setNote] = useNote()
  const q = queryOf(place)
  const { around } = place
  useEffect(() => feed.show(questionOf(place)), [place])
  useStreamKeys(state, place, active, setActive, setNote)

  const { phase, window: loaded } = state
  const { rows } = loaded
  const row = rowOf(rows, active)
  const empty = rows.length === 0
  return (
    <>
      <h1 className="sr-only">{t.title}</h1>
      <Counts />
      <div className="flex min-h-9 shrink-0 items-center gap-2 border-line border-b px-3">
        <div className="min-w-0 flex-1">
          <Filters />
        </div>
        <span className="whitespace-nowrap text-dim">{note ?? (phase === 'loading' ? t.loading : '')}</span>
        {row?.kind === 'record' && around === undefined && (
          <Button plain className="text-dim" onClick={() => go({ around: row.position })}>
            {t.viewContext}
          </Button>
        )}
        <Toolbar />
      </div>
      {around !== undefined && (
        <ContextBar
          gone={phase === 'ready' && rowOf(rows, around) === undefined}
          onLeave={() => go({ around: undefined })}
        />
      )}
      {state.edgeError !== undefined && <Problem error={state.edgeError} />}
      {phase === 'failed' ? (
        <Problem error={state.error} retry={feed.again} />
      ) : empty ? (
        phase === 'ready' && (
          <div className="relative min-h-0 flex-1 overflow-auto">
            <Welcome />
          </div>
        )
      ) : (
        <List
          state={state}
          place={place}
          settings={settings}
          now={now}
          mark={place.mark || searchedFor(q)}
          active={active}
          onActive={setActive}
        />
      )}
      <StreamBar state={state} />
      <Announcer state={state} />
    </>
  )
}
