/** The calls around a call: other attempts, the one before and after, and what ran meanwhile. */
import { useMemo } from 'react'
import { isOpen } from '../calls/call-list.ts'
import { LaneTrack, statusOf } from '../calls/lane.tsx'
import { lanesOf, scaleOf } from '../calls/lanes.ts'
import { nameOf } from '../calls/name.ts'
import { useNow } from '../parts/clock.ts'
import { formatDuration } from '../parts/format.ts'
import { LogText } from '../parts/log-text.tsx'
import { Outcome } from '../parts/outcome.tsx'
import { ServerName } from '../parts/server-name.tsx'
import { useText } from '../text/index.tsx'
import { CallLink, type Room } from './call-link.tsx'
import { Heading } from './heading.tsx'
import { attemptsOf, besideIt, summaryOf } from './related.ts'
import type { Story } from './story.ts'
import { useAround, useMeanwhile, useNeighbours } from './use-story.ts'

export const Attempts = ({ story, room }: { story: Story; room: Room }) => {
  const t = useText().call
  const { data } = useAround(story)
  const attempts = useMemo(() => attemptsOf(story, data?.records ?? []), [story, data])
  if (attempts.length === 0) return null
  const number = attempts.findIndex(({ id }) => id === story.call.id) + 1
  const first = attempts[0]?.time ?? 0
  return (
    <section>
      <Heading room={room}>{t.attempts(number, attempts.length)}</Heading>
      <p className="text-dim">{t.attemptsWhy}</p>
      <ol className="mt-1">
        {attempts.map(({ id, time, status, durationMs, leg }, index) => (
          <li key={id}>
            <CallLink
              id={id}
              room={room}
              current={id === story.call.id}
              className="flex items-center gap-3 rounded px-1 hover:bg-row aria-[current]:bg-row aria-[current]:font-semibold"
            >
              <span className="mono w-5 text-dim">{index + 1}</span>
              <span className="mono w-20 text-dim tabular-nums">+{formatDuration(time - first)}</span>
              <Outcome status={status} />
              <span className="mono text-dim tabular-nums">
                {durationMs === undefined ? '' : formatDuration(durationMs)}
              </span>
              {leg && (
                <span className="rounded border border-dim border-dashed px-1 text-[11px]">{t.leg}</span>
              )}
            </CallLink>
          </li>
        ))}
      </ol>
    </section>
  )
}

export const Neighbours = ({ story, room }: { story: Story; room: Room }) => {
  const t = useText().call
  const { data } = useNeighbours(story)
  if (data?.previous === undefined && data?.next === undefined) return null
  return (
    <p className="flex flex-wrap justify-between gap-x-4">
      {data.previous !== undefined && (
        <CallLink id={data.previous} room={room}>
          ← {t.previous}
        </CallLink>
      )}
      {data.next !== undefined && (
        <CallLink id={data.next} room={room} className="ml-auto text-accent hover:underline">
          {t.next} →
        </CallLink>
      )}
    </p>
  )
}

export const Meanwhile = ({ story, room }: { story: Story; room: Room }) => {
  const t = useText().call
  const { data } = useMeanwhile(story)
  const calls = useMemo(() => besideIt(story, summaryOf(story), data ?? []), [story, data])
  const now = useNow(calls.some(isOpen) ? 'seconds' : 'still')
  if (calls.length === 0) return null
  const scale = scaleOf(calls, now)
  return (
    <section>
      <Heading room={room}>{t.meanwhile}</Heading>
      <ol className="mt-1">
        {lanesOf(calls).map(({ call, depth }) => {
          const isThis = call.call.id === story.call.id
          return (
            <li key={call.call.id}>
              <CallLink
                id={call.call.id}
                room={room}
                current={isThis}
                className="flex h-6 items-center rounded hover:bg-row aria-[current]:bg-row"
                {...(isThis ? { title: t.thisCall } : {})}
              >
                <span
                  className="w-44 shrink-0 truncate pr-2"
                  style={{ paddingLeft: Math.min(depth, 6) * 12 }}
                >
                  <Outcome status={statusOf(call)} word={false} /> <ServerName name={call.server} />{' '}
                  <span className="mono">
                    <LogText text={nameOf(call)} />
                  </span>
                </span>
                <LaneTrack call={call} scale={scale} now={now} />
              </CallLink>
            </li>
          )
        })}
      </ol>
    </section>
  )
}
