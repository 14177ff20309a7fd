/** A call's story: the same parts beside and on a page, the page having room for two columns. */

import { Value } from '../ask/value.tsx'
import { normOf } from '../calls/hung.ts'
import { HungBadge } from '../calls/hung-badge.tsx'
import { useNorms } from '../calls/use-norms.ts'
import { LogText } from '../parts/log-text.tsx'
import { Outcome, type Status } from '../parts/outcome.tsx'
import { ServerName } from '../parts/server-name.tsx'
import { useText } from '../text/index.tsx'
import { BlameBox } from './blame.tsx'
import type { Room } from './call-link.tsx'
import { CopyButtons } from './copy-buttons.tsx'
import { Facts } from './facts.tsx'
import { Maybe } from './maybe.tsx'
import { summaryOf } from './related.ts'
import { Attempts, Meanwhile, Neighbours } from './related.tsx'
import type { Story } from './story.ts'
import { Timeline } from './timeline.tsx'

const statusIn = ({ call, outcome }: Story): Status =>
  outcome === undefined ? 'started' : (call.status ?? 'started')

export const StoryView = ({ story, room }: { story: Story; room: Room }) => {
  const norms = useNorms()
  const norm = normOf(norms, story)
  const status = statusIn(story)
  const aside = (
    <>
      {story.blame !== undefined && <BlameBox blame={story.blame} />}
      <Facts story={story} norm={norm} />
      <CopyButtons story={story} p95={norm?.p95} />
    </>
  )
  const around = (
    <>
      <Attempts story={story} room={room} />
      <Meanwhile story={story} room={room} />
      <Neighbours story={story} room={room} />
    </>
  )
  const told = (
    <>
      <Timeline story={story} status={status} room={room} />
      <Maybe story={story} room={room} />
    </>
  )
  return room === 'panel' ? (
    <div className="flex flex-col gap-3">
      {aside}
      {told}
      {around}
    </div>
  ) : (
    <div className="grid gap-x-8 gap-y-4 @4xl:grid-cols-[minmax(0,1fr)_minmax(0,400px)]">
      <div className="flex flex-col gap-3 @4xl:order-2">
        {aside}
        {around}
      </div>
      <div className="flex min-w-0 flex-col gap-3">{told}</div>
    </div>
  )
}

/** Whose call it is, and how it stands. */
export const StoryTitle = ({ story }: { story: Story }) => {
  const norms = useNorms()
  const t = useText().call
  const { call, server } = story
  return (
    <>
      <Outcome status={statusIn(story)} />{' '}
      <Value field="server" value={server}>
        <ServerName name={server} />
      </Value>
      <span aria-hidden="true"> · </span>
      <span className="mono text-[13.5px]">
        {call.tool === undefined ? (
          <Value field="method" value={call.method}>
            <LogText text={call.method} />
          </Value>
        ) : (
          <Value field="tool" value={call.tool}>
            <LogText text={call.tool} />
          </Value>
        )}
      </span>{' '}
      <span className="mono rounded border border-line border-dashed px-1 font-normal text-[11px] text-dim">
        <span className="sr-only">{t.request}</span>
        <LogText text={`${call.method} #${call.requestId}`} />
      </span>
      <HungBadge call={summaryOf(story)} norms={norms} />
    </>
  )
}
