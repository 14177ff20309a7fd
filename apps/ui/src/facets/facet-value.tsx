/** A value with its count: a click asks for it only, the minus (or Alt and a click) for all but it, and again takes that back. */
import { Minus } from 'lucide-react'
import type { MouseEvent } from 'react'
import { filterIn, filterOut, negated, termOf, withoutChip } from '../ask/filters.ts'
import { go } from '../location/index.ts'
import { LEVEL_COLOR, LEVELS } from '../look/levels.ts'
import { formatCount } from '../parts/format.ts'
import { useHue } from '../parts/hues.ts'
import { LevelMark } from '../parts/level.tsx'
import { LogText } from '../parts/log-text.tsx'
import { ServerName } from '../parts/server-name.tsx'
import { TAG, useLanguage, useText } from '../text/index.tsx'
import type { Row } from './rows.ts'

const levelOf = (field: string, value: string) =>
  field === 'level' ? LEVELS.find((level) => level === value) : undefined

const Name = ({ field, value }: { field: string; value: string }) => {
  const level = levelOf(field, value)
  if (level !== undefined) return <LevelMark level={level} />
  return field === 'server' ? <ServerName name={value} /> : <LogText text={value} />
}

const useBarColor = (field: string, value: string): string => {
  const hue = useHue(value)
  const level = levelOf(field, value)
  if (level !== undefined) return `var(${LEVEL_COLOR[level]})`
  return field === 'server' ? hue : 'var(--accent)'
}

export const FacetValue = ({ field, row, share }: { field: string; row: Row; share: number }) => {
  const { value, count, chosen } = row
  const t = useText().facets
  const tag = TAG[useLanguage()]
  const color = useBarColor(field, value)
  const term = termOf(field, value)
  const onlyThis = (): void => go(chosen === 'in' ? withoutChip(term) : filterIn(field, value))
  const without = (): void => go(chosen === 'out' ? withoutChip(negated(term)) : filterOut(field, value))
  const onClick = (event: MouseEvent): void => (event.altKey || chosen === 'out' ? without() : onlyThis())
  return (
    <li className={`group/row relative flex rounded ${chosen === 'in' ? 'bg-row' : 'hover:bg-row'}`}>
      <button
        type="button"
        aria-pressed={chosen === 'in'}
        title={chosen === undefined ? t.only(term) : t.takeBack(term)}
        onClick={onClick}
        className={`flex min-w-0 flex-1 items-baseline gap-2 rounded py-px pr-6 pl-2 text-left ${chosen === 'in' ? 'font-semibold' : ''}`}
      >
        <span className={`min-w-0 flex-1 truncate ${chosen === 'out' ? 'line-through' : ''}`}>
          <Name field={field} value={value} />
        </span>
        <span className="text-dim tabular-nums">{formatCount(count, tag)}</span>
      </button>
      <button
        type="button"
        aria-pressed={chosen === 'out'}
        aria-label={t.without(term)}
        title={t.without(term)}
        onClick={without}
        className="absolute top-0 right-0 inline-flex h-full w-5 items-center justify-center rounded text-transparent hover:text-text focus-visible:text-text group-hover/row:text-dim aria-pressed:text-error"
      >
        <Minus size={12} aria-hidden="true" />
      </button>
      <span
        aria-hidden="true"
        className="pointer-events-none absolute bottom-0 left-1.5 h-0.5 rounded-full opacity-55"
        style={{ width: `calc((100% - 30px) * ${share})`, background: color }}
      />
    </li>
  )
}
