/** The filters that were clicked together, each to be switched off, edited or taken away; and what is highlighted. */
import { Highlighter, Pencil, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { type Chip, go, usePlace } from '../location/index.ts'
import { Button } from '../parts/button.tsx'
import { LogText } from '../parts/log-text.tsx'
import { useText } from '../text/index.tsx'
import { BOX_ID } from './ask-box.tsx'
import { toggleChip, withoutChip } from './filters.ts'

const SMALL = 'inline-flex size-5 shrink-0 items-center justify-center rounded-full text-dim hover:text-text'

/** Into the box, as part of what is typed. */
const edit = (term: string): void => {
  go((place) => ({ ...withoutChip(term)(place), q: [place.q.trim(), term].filter(Boolean).join(' ') }))
  document.getElementById(BOX_ID)?.focus()
}

export const Chips = () => {
  const { chips, mark } = usePlace()
  const t = useText().ask
  if (chips.length === 0 && mark === '') return null
  const someOn = chips.some(({ on }) => on)
  return (
    <ul aria-label={t.filters} className="m-0 flex list-none flex-wrap items-center gap-1.5 p-0">
      {chips.map((chip) => (
        <OneChip key={chip.term} {...chip} />
      ))}
      {mark !== '' && (
        <Shape className="bg-hit">
          <Highlighter size={12} aria-hidden="true" className="ml-2 shrink-0 text-dim" />
          <span className="mono min-w-0 truncate px-1.5">
            <span className="sr-only">{t.marked('')}</span>
            <LogText text={mark} />
          </span>
          <button type="button" aria-label={t.unmark} className={SMALL} onClick={() => go({ mark: '' })}>
            <X size={12} aria-hidden="true" />
          </button>
        </Shape>
      )}
      {chips.length > 1 && (
        <li className="flex gap-1">
          <Button
            plain
            className="text-dim"
            onClick={() => go({ chips: chips.map(({ term }) => ({ term, on: !someOn })) })}
          >
            {someOn ? t.allOff : t.allOn}
          </Button>
          <Button plain className="text-dim" onClick={() => go({ chips: [] })}>
            {t.removeAll}
          </Button>
        </li>
      )}
    </ul>
  )
}

const Shape = ({ className, children }: { className: string; children: ReactNode }) => (
  <li className={`inline-flex h-5.5 max-w-80 items-center rounded-full pr-0.5 ${className}`}>{children}</li>
)

const OneChip = ({ term, on }: Chip) => {
  const t = useText().ask
  return (
    <Shape className={on ? 'bg-row' : 'border border-line border-dashed'}>
      <button
        type="button"
        aria-pressed={on}
        title={on ? t.switchOff(term) : t.switchOn(term)}
        onClick={() => go(toggleChip(term))}
        className={`mono min-w-0 truncate rounded-full pr-1 pl-2 ${on ? '' : 'text-dim line-through'}`}
      >
        <LogText text={term} />
      </button>
      <button type="button" aria-label={t.edit(term)} className={SMALL} onClick={() => edit(term)}>
        <Pencil size={11} aria-hidden="true" />
      </button>
      <button
        type="button"
        aria-label={t.remove(term)}
        className={SMALL}
        onClick={() => go(withoutChip(term))}
      >
        <X size={12} aria-hidden="true" />
      </button>
    </Shape>
  )
}
