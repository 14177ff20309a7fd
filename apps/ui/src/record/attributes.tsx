/** Attributes: a row for each value, and one that folds for each object or list. Only what is open is made. */
import { byteLength } from '@logboom/sdk/record'
import { useState } from 'react'
import { Value } from '../ask/value.tsx'
import { formatBytes } from '../parts/format.ts'
import { LogLines, LogText } from '../parts/log-text.tsx'
import { useText } from '../text/index.tsx'
import { beginningOf } from './fold.ts'
import { type Branch, entriesOf, fieldOf, heldJson, type Key, type Leaf, nodeOf, readPath } from './paths.ts'
import { Row } from './row.tsx'

type Entries = Branch['entries']

/** Rows of one object that are shown at first, and added by each click. */
const PAGE = 100
/** What has more in it is folded at first, and so is what lies deep. */
const OPEN_BELOW = { entries: 12, depth: 3 }
/** What of a text stands beside its name. */
const LINE = { chars: 200, lines: 1 }

export const Attributes = ({ entries, masks }: { entries: Entries; masks: boolean }) => (
  <dl>
    <Nodes entries={entries} at={[]} depth={0} asked masks={masks} />
  </dl>
)

interface Place {
  /** From the top to the parent. */
  at: readonly Key[]
  depth: number
  /** Whether the values can be asked for: what is inside of a text that holds JSON cannot. */
  asked: boolean
  /** See `LogText`. */
  masks: boolean
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

const BranchRow = ({ branch: { path, list, entries }, at, ...place }: { branch: Branch } & Place) => {
  const t = useText().record
  const { depth } = place
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
      {open && <Nodes {...place} entries={entries} at={whole} depth={depth + 1} />}
    </>
  )
}

const LeafRow = ({ leaf: { path, value }, at, depth, asked, masks }: { leaf: Leaf } & Place) => {
  const t = useText().record
  const [open, setOpen] = useState<'text' | 'json'>()
  const held = typeof value === 'string' ? heldJson(value) : undefined
  const text = typeof value === 'string' ? value : ''
  const line = beginningOf(text, LINE)
  const toggle = (what: 'text' | 'json') => ({
    expanded: open === what,
    onClick: () => setOpen(open === what ? undefined : what),
  })
  return (
    <>
      <Row
        name={<Name path={path} />}
        depth={depth}
        below={
          open === 'text' && (
            <div className="mono relative my-1 max-h-96 overflow-auto rounded border border-line bg-bg px-2">
              <LogLines text={text} masks={masks} />
            </div>
          )
        }
      >
        {asked ? (
          <Value field={fieldOf([...at, ...path])} value={value}>
            <Plain value={value} line={line} masks={masks} />
          </Value>
        ) : (
          <Plain value={value} line={line} masks={masks} />
        )}
        {line.length < text.length && (
          <Toggle {...toggle('text')}>
            {open === 'text' ? t.showLess : t.showAll(formatBytes(byteLength(text)))}
          </Toggle>
        )}
        {held !== undefined && <Toggle {...toggle('json')}>{open === 'json' ? t.asText : t.asJson}</Toggle>}
      </Row>
      {open === 'json' && held !== undefined && (
        <Nodes entries={entriesOf(held)} at={[]} depth={depth + 1} asked={false} masks={masks} />
      )}
    </>
  )
}

const Toggle = ({
  expanded,
  onClick,
  children,
}: {
  expanded: boolean
  onClick: () => void
  children: string
}) => (
  <button
    type="button"
    aria-expanded={expanded}
    className="mr-2 block rounded font-sans text-accent hover:underline"
    onClick={onClick}
  >
    {children}
  </button>
)

const Plain = ({ value, line, masks }: { value: Leaf['value']; line: string; masks: boolean }) => {
  const t = useText().record
  if (value === '') return <i className="font-sans text-dim">{t.emptyText}</i>
  if (typeof value === 'string') return <LogText text={line} masks={masks} />
  return <span className={value === null ? 'text-dim' : 'text-notice'}>{String(value)}</span>
}
