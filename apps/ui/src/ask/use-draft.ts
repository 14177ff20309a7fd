/** The query as it is being typed, and what is offered for it. */
import { useEffect, useMemo, useState } from 'react'
import { go, usePlace } from '../location/index.ts'
import { type Completion, complete, type Knowledge, take } from './complete.ts'
import { offered, remember, usePast } from './history.ts'
import { useKnowledge } from './knowledge.ts'
import type { Item } from './option-list.tsx'
import { type QueryProblem, queryProblem } from './problem.ts'

/** What the list is open for. */
type Offer = 'completion' | 'history' | undefined

const NOTHING_KNOWN: Knowledge = { attributes: [], values: new Map() }

/** A field that the hub would refuse is not asked for. */
const askable = (field: string | undefined): string | undefined =>
  field === undefined || queryProblem(`${field}:*`) !== undefined ? undefined : field

export interface Draft {
  text: string
  /** Not what is asked. */
  changed: boolean
  problem: QueryProblem | undefined
  /** The problem is to be told: somebody tried to ask this. */
  refused: boolean
  items: readonly Item[]
  isOpen: boolean
  active: number
  type(text: string, caret: number): void
  moveCaret(caret: number): void
  open(offer: Offer): void
  move(by: number): void
  submit(text?: string): void
  /** Gives where the caret belongs, when the text was changed. */
  choose(item: Item): number | undefined
}

export const useDraft = (): Draft => {
  const { q } = usePlace()
  const [{ text, caret }, setDraft] = useState({ text: q, caret: q.length })
  const [offer, setOffer] = useState<Offer>()
  const [active, setActive] = useState(-1)
  const [refused, setRefused] = useState(false)
  const past = usePast()
  useEffect(() => {
    setDraft((draft) => (draft.text.trim() === q ? draft : { text: q, caret: q.length }))
    setRefused(false)
  }, [q])

  const field = useMemo(() => askable(complete(text, caret, NOTHING_KNOWN).field), [text, caret])
  const knowledge = useKnowledge(field, offer === 'completion')
  const completion: Completion = useMemo(() => complete(text, caret, knowledge), [text, caret, knowledge])
  const problem = useMemo(() => queryProblem(text), [text])
  const isEmpty = text.trim() === ''
  const items = useMemo((): readonly Item[] => {
    const before = offered(past).map((one): Item => ({ kind: 'past', ...one }))
    if (offer === 'history') return before
    return isEmpty ? [...before.slice(0, 8), ...completion.options] : completion.options
  }, [offer, past, completion, isEmpty])

  const show = (next: Offer): void => {
    setOffer(next)
    setActive(-1)
  }
  const submit = (asked = text): void => {
    if (queryProblem(asked) !== undefined) {
      setRefused(true)
      show(undefined)
      return
    }
    setRefused(false)
    show(undefined)
    remember(asked)
    go({ q: asked.trim(), around: undefined })
  }
  return {
    text,
    changed: text.trim() !== q.trim(),
    problem,
    refused: refused && problem !== undefined,
    items,
    isOpen: offer !== undefined && items.length > 0,
    active,
    type(next, at) {
      setDraft({ text: next, caret: at })
      show('completion')
    },
    moveCaret: (at) => setDraft((draft) => (draft.caret === at ? draft : { ...draft, caret: at })),
    open: show,
    move(by) {
      const next = active + by
      setActive(next >= items.length ? -1 : next < -1 ? items.length - 1 : next)
    },
    submit,
    choose(item) {
      if (item.kind === 'past') {
        setDraft({ text: item.q, caret: item.q.length })
        submit(item.q)
        return item.q.length
      }
      const taken = take(text, completion, item)
      setDraft(taken)
      const isWhole = item.kind === 'value' && queryProblem(taken.text) === undefined
      if (isWhole) submit(taken.text)
      else show('completion')
      return taken.caret
    },
  }
}
