/** Records that may belong to a call, and to others as well: apart, so that no guess is taken for a fact. */
import { formatCount } from '../parts/format.ts'
import { TAG, useLanguage, useText } from '../text/index.tsx'
import { CallLink, type Room } from './call-link.tsx'
import { StoryEntry } from './entry.tsx'
import { type Story, startOf } from './story.ts'
import { useMaybe } from './use-story.ts'

export const Maybe = ({ story, room }: { story: Story; room: Room }) => {
  const t = useText().call
  const tag = TAG[useLanguage()]
  const { data } = useMaybe(story)
  if (data === undefined || data.records.length === 0) return null
  const others = new Set(
    data.records.flatMap(({ call }) => (call?.attribution === 'ambiguous' ? call.candidates : [])),
  )
  others.delete(story.call.id)
  const count = `${formatCount(data.records.length, tag)}${data.more ? '+' : ''}`
  return (
    <details className="rounded-md border border-warning border-dashed px-2.5 py-1.5">
      <summary className="cursor-pointer">{t.maybe(count)}</summary>
      <p className="text-dim">{t.maybeWhy}</p>
      <p className="text-dim">
        {t.others}{' '}
        {[...others].map((id, index) => (
          <span key={id}>
            {index > 0 && ', '}
            <CallLink id={id} room={room} className="mono text-accent hover:underline">
              …{id.slice(-6)}
            </CallLink>
          </span>
        ))}
      </p>
      <ol className="mt-1 ml-1 border-line border-l-2 border-dashed">
        {data.records.map((record) => (
          <StoryEntry
            key={record.id}
            entry={{ kind: 'record', at: record.time - startOf(story), record }}
            status="started"
          />
        ))}
      </ol>
    </details>
  )
}
