/** What the box offers: a listbox that the box's focus never leaves for. */

import { formatCount } from '../parts/format.ts'
import { LogText } from '../parts/log-text.tsx'
import { TAG, useLanguage, useText } from '../text/index.tsx'
import type { Option } from './complete.ts'
import type { Past } from './history.ts'

export type Item = Option | ({ kind: 'past' } & Past)

export const optionId = (list: string, index: number): string => `${list}-${index}`

const KEY_OF = (item: Item): string => `${item.kind} ${item.kind === 'past' ? item.q : item.insert}`

export const OptionList = ({
  id,
  items,
  active,
  choose,
}: {
  id: string
  items: readonly Item[]
  active: number
  choose: (item: Item) => void
}) => {
  const t = useText().ask
  return (
    <div
      id={id}
      role="listbox"
      tabIndex={-1}
      aria-label={t.suggestions}
      // The box keeps the focus.
      onMouseDown={(event) => event.preventDefault()}
      className="max-h-[min(420px,60vh)] overflow-auto p-1"
    >
      {items.map((item, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the box has the focus, and its keys choose
        <div
          key={KEY_OF(item)}
          id={optionId(id, index)}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          onClick={() => choose(item)}
          ref={(element) => {
            if (index === active) element?.scrollIntoView({ block: 'nearest' })
          }}
          className="flex h-6 cursor-default items-center gap-3 rounded px-2 hover:bg-row aria-selected:bg-row"
        >
          <Shown item={item} />
        </div>
      ))}
    </div>
  )
}

const Shown = ({ item }: { item: Item }) => {
  const t = useText().ask
  const tag = TAG[useLanguage()]
  const aside = 'ml-auto max-w-[60%] shrink-0 truncate pl-4 text-dim'
  if (item.kind === 'past')
    return (
      <>
        <span className="mono min-w-0 truncate">
          <LogText text={item.q} />
        </span>
        <span className={aside}>{item.kept ? `★ ${t.kept}` : t.past}</span>
      </>
    )
  const { kind, insert, field, types, count } = item
  const isName = kind === 'field' || kind === 'attribute'
  const about = field === undefined ? (types?.join(', ') ?? (insert === '*' ? t.exists : '')) : t.about[field]
  return (
    <>
      <span className={`mono min-w-0 truncate ${isName ? 'text-accent' : ''}`}>
        <LogText text={insert} />
      </span>
      <span className={`${aside} tabular-nums`}>{count === undefined ? about : formatCount(count, tag)}</span>
    </>
  )
}
