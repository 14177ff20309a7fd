/**
 * The box to ask in: a plain input, its colours drawn behind it. Typing asks nothing; Enter or a chosen value does. While an input
 * method composes, every key is its own.
 */
import { CornerDownLeft, Search, Star, X } from 'lucide-react'
import { type KeyboardEvent, useId, useLayoutEffect, useRef } from 'react'
import { useKey } from '../keys/index.ts'
import { Button } from '../parts/button.tsx'
import { useText } from '../text/index.tsx'
import { Highlighted } from './highlighted.tsx'
import { keep, usePast } from './history.ts'
import { type Item, OptionList, optionId } from './option-list.tsx'
import { QueryError } from './query-error.tsx'
import { SyntaxMenu } from './syntax-menu.tsx'
import { useDraft } from './use-draft.ts'

/** Where chips send a term to be edited. */
export const BOX_ID = 'ask'

const LINE = 'mono absolute inset-0 h-full w-full whitespace-pre [font-variant-ligatures:none]'

export const AskBox = () => {
  const t = useText().ask
  const draft = useDraft()
  const { text, problem, items, active } = draft
  const list = useId()
  const error = useId()
  const input = useRef<HTMLInputElement>(null)
  const behind = useRef<HTMLDivElement>(null)
  const caretAfter = useRef<number>(undefined)
  const kept = usePast().some((one) => one.kept && one.q === text.trim())

  useKey('search', () => {
    input.current?.focus()
    input.current?.select()
    draft.open('completion')
  })
  useLayoutEffect(() => {
    const { current } = input
    if (current === null) return
    if (caretAfter.current !== undefined) current.setSelectionRange(caretAfter.current, caretAfter.current)
    caretAfter.current = undefined
    if (behind.current !== null) behind.current.scrollLeft = current.scrollLeft
  })

  const choose = (item: Item): void => {
    caretAfter.current = draft.choose(item)
    input.current?.focus()
  }
  const fill = (query: string): void => {
    draft.type(query, query.length)
    draft.open(undefined)
    // The menu gives the focus back to its button first.
    requestAnimationFrame(() => input.current?.focus())
  }
  const clear = (): void => {
    draft.type('', 0)
    draft.submit('')
    input.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey) return
    const chosen = draft.isOpen ? items[active] : undefined
    switch (event.key) {
      case 'ArrowDown':
        if (event.altKey) draft.open('history')
        else if (draft.isOpen) draft.move(1)
        else draft.open('completion')
        break
      case 'ArrowUp':
        if (draft.isOpen) draft.move(-1)
        else draft.open('history')
        break
      case 'Enter':
        if (chosen === undefined) draft.submit()
        else choose(chosen)
        break
      case 'Tab':
        if (chosen === undefined) return
        choose(chosen)
        break
      case 'Escape':
        if (draft.isOpen) draft.open(undefined)
        else input.current?.blur()
        break
      default:
        return
    }
    event.preventDefault()
  }

  return (
    <search className="relative min-w-0 flex-1">
      <div className="flex h-8 items-center gap-1 rounded-md border border-line bg-bg pr-1 pl-2.5 focus-within:border-accent">
        <Search size={14} aria-hidden="true" className="mr-1 shrink-0 text-dim" />
        <div className="relative h-full min-w-0 flex-1">
          <div
            ref={behind}
            aria-hidden="true"
            className={`${LINE} pointer-events-none overflow-hidden leading-[30px]!`}
          >
            <Highlighted text={text} problem={draft.refused || !draft.changed ? problem : undefined} />
          </div>
          <input
            ref={input}
            id={BOX_ID}
            type="text"
            role="combobox"
            aria-label={t.box}
            aria-autocomplete="list"
            aria-expanded={draft.isOpen}
            aria-controls={draft.isOpen ? list : undefined}
            aria-activedescendant={draft.isOpen && active >= 0 ? optionId(list, active) : undefined}
            aria-invalid={draft.refused}
            aria-describedby={draft.refused ? error : undefined}
            autoComplete="off"
            autoCorrect="off"
            autoCapitalize="off"
            spellCheck={false}
            placeholder={t.placeholder}
            value={text}
            onChange={({ target }) => draft.type(target.value, target.selectionStart ?? target.value.length)}
            onSelect={({ currentTarget }) => draft.moveCaret(currentTarget.selectionStart ?? 0)}
            onScroll={({ currentTarget }) => {
              if (behind.current !== null) behind.current.scrollLeft = currentTarget.scrollLeft
            }}
            onClick={() => draft.open('completion')}
            onBlur={() => draft.open(undefined)}
            onKeyDown={onKeyDown}
            className={`${LINE} bg-transparent caret-text outline-none selection:bg-accent/30 placeholder:text-dim ${text === '' ? '' : '[-webkit-text-fill-color:transparent]'}`}
          />
        </div>
        {draft.changed && (
          <Button
            plain
            aria-label={t.askIt}
            title={t.askIt}
            className="text-accent"
            onClick={() => draft.submit()}
          >
            <CornerDownLeft size={14} aria-hidden="true" />
          </Button>
        )}
        {text.trim() !== '' && (
          <>
            <Button
              plain
              pressed={kept}
              aria-label={t.keep}
              title={t.keep}
              className="text-dim"
              onClick={() => keep(text, !kept)}
            >
              <Star size={14} aria-hidden="true" fill={kept ? 'currentColor' : 'none'} />
            </Button>
            <Button plain aria-label={t.clear} title={t.clear} className="text-dim" onClick={clear}>
              <X size={14} aria-hidden="true" />
            </Button>
          </>
        )}
        <SyntaxMenu fill={fill} />
      </div>
      {(draft.isOpen || draft.refused) && (
        <div className="absolute top-full left-0 z-40 mt-1 w-full max-w-180 rounded-md border border-line bg-panel shadow-lg">
          {draft.refused && problem !== undefined && <QueryError id={error} text={text} problem={problem} />}
          {draft.isOpen && <OptionList id={list} items={items} active={active} choose={choose} />}
        </div>
      )}
    </search>
  )
}
