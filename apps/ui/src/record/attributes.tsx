/** Attributes: a row for each value, and one that folds for each object or list. Only what is open is made. */
import { useState } from 'react'
import { Value } from '../ask/value.tsx'
import { LogText } from '../parts/log-text.tsx'
import { useText } from '../text/index.tsx'
import { LongText } from './long-text.tsx'
import { type Branch, fieldOf, heldJson, type Key, type Leaf, nodeOf, readPath } from './paths.ts'
import { Row } from './row.tsx'

type Entries = Branch['entries']

/** Rows of one object that are shown at first, and added by each click. */
const PAGE = 100
/** What has more in it is folded at first, and so is what lies deep. */
const OPEN_BELOW = { entries: 12, depth: 3 }
const VALUE = { chars: 240, lines: 8 }

export const Attributes = ({ entries }: { entries: Entries }) => (
  <dl>
    <Nodes entries={entries} at={[]} depth={0} asked />
  </dl>
)

interface Place {
  /** From the top to the parent. */
  at: readonly Key[]
  depth: number
  /** Whether the values can be asked for: what is inside of a text that holds JSON cannot. */
  asked: boolean
}

const Nodes = ({ entries, ...place }: { entries: Entries } & Place) => {
  const t = useText().record
  const [shown, setShown] = useState(PAGE)
  const left = entries.length - shown
  return (
    <>
      {entries.slice(0, shown).map(([key, value]) => {
        const node = nodeOf(key, value)
        return node.kind === 'leaf' ? (
          <LeafRow key={key} leaf={node} {...place} />
        ) : (
          <BranchRow key={key} branch={node} {...place} />
        )
      })}
      {left > 0 && (
        <Row name="" depth={place.depth}>
          <button
            type="button"
            className="rounded px-1 font-sans text-accent hover:underline"
            onClick={() => setShown(shown + PAGE)}
          >
            {t.showMore(Math.min(left, PAGE))}
          </button>
        </Row>
      )}
    </>
  )
}

const Name = ({ path }: { path: readonly Key[] }) => (
  <span title={readPath(path)}>
    <LogText text={readPath(path)} />
  </span>
)

const BranchRow = ({ branch: { path, list, entries }, at, depth, asked }: { branch: Branch } & Place) => {
  const t = useText().record
  const [open, setOpen] = useState(entries.length <= OPEN_BELOW.entries && depth < OPEN_BELOW.depth)
  const whole = [...at, ...path]
  const size = entries.length === 0 ? t.empty : (list ? t.items : t.keys)(entries.length)
  return (
    <>
      <Row name={<Name path={path} />} depth={depth}>
        {entries.length === 0 ? (
          <span className="text-dim">
            {list ? '[ ]' : '{ }'} {size}
          </span>
        ) : (
          <button
            type="button"
            aria-expanded={open}
            aria-label={`${readPath(whole)}: ${size}`}
            className="rounded px-1 text-dim hover:bg-bg hover:text-text"
            onClick={() => setOpen(!open)}
          >
            <span aria-hidden="true">{open ? '▾' : '▸'}</span>{' '}
            {list ? `[${entries.length}]` : `{${entries.length}}`}
          </button>
        )}
      </Row>
      {open && <Nodes entries={entries} at={whole} depth={depth + 1} asked={asked} />}
    </>
  )
}

const LeafRow = ({ leaf: { path, value }, at, depth, asked }: { leaf: Leaf } & Place) => {
  const t = useText().record
  const [open, setOpen] = useState(false)
  const whole = [...at, ...path]
  const held = typeof value === 'string' ? heldJson(value) : undefined
  return (
    <>
      <Row name={<Name path={path} />} depth={depth}>
        {asked && value !== null ? (
          <Value field={fieldOf(whole)} value={value}>
            <Plain value={value} />
          </Value>
        ) : (
          <Plain value={value} />
        )}
        {held !== undefined && (
          <button
            type="button"
            aria-expanded={open}
            className="ml-1 rounded px-1 font-sans text-accent hover:underline"
            onClick={() => setOpen(!open)}
          >
            {open ? t.asText : t.asJson}
          </button>
        )}
      </Row>
      {open && held !== undefined && (
        <Nodes
          entries={
            Array.isArray(held)
              ? held.map((item: unknown, index) => [index, item] as const)
              : Object.entries(held)
          }
          at={[]}
          depth={depth + 1}
          asked={false}
        />
      )}
    </>
  )
}

const Plain = ({ value }: { value: Leaf['value'] }) => {
  const t = useText().record
  if (value === '') return <i className="font-sans text-dim">{t.emptyText}</i>
  if (typeof value === 'string') return <LongText text={value} limits={VALUE} />
  return <span className={value === null ? 'text-dim' : 'text-notice'}>{String(value)}</span>
}
