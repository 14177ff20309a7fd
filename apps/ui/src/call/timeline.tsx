/** What happened in a call, in order. */
import { useMemo } from 'react'
import { Outcome, type Status } from '../parts/outcome.tsx'
import { RunningTime } from '../parts/running-time.tsx'
import { useText } from '../text/index.tsx'
import type { Room } from './call-link.tsx'
import { StoryEntry } from './entry.tsx'
import { Heading } from './heading.tsx'
import { type Entry, entriesOf, hasStart, type Story } from './story.ts'

const keyOf = (entry: Entry): string =>
  entry.kind === 'gap' ? `gap ${entry.at}` : entry.kind === 'exit' ? entry.exit.record : entry.record.id

export const Timeline = ({ story, status, room }: { story: Story; status: Status; room: Room }) => {
  const t = useText().call
  const entries = useMemo(() => entriesOf(story), [story])
  return (
    <section>
      <Heading room={room}>{t.story}</Heading>
      {!hasStart(story) && <p className="text-warning">{t.startDropped}</p>}
      <ol aria-label={t.story} className="mt-1 ml-1 border-line border-l-2">
        {entries.map((entry) => (
          <StoryEntry key={keyOf(entry)} entry={entry} status={status} />
        ))}
        {story.outcome === undefined && (
          <li className="py-1 pl-4">
            <Outcome status="started" word={false} /> {t.waiting}{' '}
            <span className="mono">
              <RunningTime since={story.started.time} />
            </span>
          </li>
        )}
      </ol>
    </section>
  )
}
