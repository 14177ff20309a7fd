/** One thing that happened in a call. */
import { fieldsText } from '@logboom/sdk/record'
import { ArrowUpRight } from 'lucide-react'
import type { ReactNode } from 'react'
import type { LogRecord } from '../api/client.ts'
import { go } from '../location/index.ts'
import { LEVEL_COLOR } from '../look/levels.ts'
import { Button } from '../parts/button.tsx'
import { formatBytes, formatDuration } from '../parts/format.ts'
import { LevelMark } from '../parts/level.tsx'
import { LogText } from '../parts/log-text.tsx'
import { OUTCOME_LOOK, type Status } from '../parts/outcome.tsx'
import { useText } from '../text/index.tsx'
import { Answer } from './answer.tsx'
import { Attribution } from './attribution.tsx'
import { Block, JsonBlock } from './block.tsx'
import type { Entry } from './story.ts'

/** Where the evidence of a blame leads. */
export const entryId = (record: string): string => `record-${record}`

export const StoryEntry = ({ entry, status }: { entry: Entry; status: Status }) => {
  const t = useText().call
  switch (entry.kind) {
    case 'gap':
      return (
        <li className="my-1 border-line border-y border-dashed py-0.5 text-center text-[11px] text-dim">
          {t.gap(formatDuration(entry.ms))}
        </li>
      )
    case 'request':
      return (
        <Item {...entry} source={t.sources.request} color="--accent">
          <Arguments record={entry.record} />
        </Item>
      )
    case 'end':
      return (
        <Item {...entry} source={t.sources.end} color={OUTCOME_LOOK[status].color}>
          <Answer record={entry.record} status={status} />
        </Item>
      )
    case 'exit': {
      const { record: id, level, message } = entry.exit
      return (
        <Point at={entry.at} id={id} source={t.sources.exit} color={LEVEL_COLOR[level]}>
          <LevelMark level={level} word={false} /> <LogText text={message} />
        </Point>
      )
    }
    case 'progress':
      return (
        <Item {...entry} source={t.sources.progress} color="--debug">
          <Progress entry={entry} />
        </Item>
      )
    default:
      return (
        <Item {...entry} source={entry.record.source} color={LEVEL_COLOR[entry.record.level]}>
          <Logged record={entry.record} />
        </Item>
      )
  }
}

const Item = ({
  at,
  record,
  source,
  color,
  children,
}: {
  at: number
  record: LogRecord
  source: string
  color: string
  children: ReactNode
}) => (
  <Point
    at={at}
    id={record.id}
    source={source}
    color={color}
    about={
      <>
        {record.logger !== undefined && <LogText text={record.logger} />}
        {record.source !== 'call' && <Attribution call={record.call} />}
      </>
    }
  >
    {children}
  </Point>
)

/** A point on the line of time. */
const Point = ({
  at,
  id,
  source,
  color,
  about,
  children,
}: {
  at: number
  id: string
  source: string
  color: string
  about?: ReactNode
  children: ReactNode
}) => {
  const t = useText().call
  return (
    <li id={entryId(id)} tabIndex={-1} className="relative scroll-mt-4 py-1 pl-4">
      <span
        aria-hidden="true"
        className="absolute top-2.5 -left-[5px] size-2 rounded-full"
        style={{ background: `var(${color})` }}
      />
      <div className="flex flex-wrap items-center gap-x-2 text-[11.5px] text-dim">
        <span className="mono text-[11.5px] tabular-nums">{at > 0 ? `+${formatDuration(at)}` : '0'}</span>
        <span>{source}</span>
        {about}
        <Button
          plain
          aria-label={t.openRecord}
          title={t.openRecord}
          className="ml-auto h-5"
          onClick={() => go({ record: id, call: undefined })}
        >
          <ArrowUpRight size={13} aria-hidden="true" />
        </Button>
      </div>
      {children}
    </li>
  )
}

const Arguments = ({ record }: { record: LogRecord }) => {
  const t = useText().call
  const given = record.attributes.arguments
  return (
    <>
      {given === undefined ? (
        record.truncated === undefined && <p className="text-dim">{t.noArguments}</p>
      ) : (
        <JsonBlock value={given} redacted={record.redacted !== undefined} />
      )}
      {record.truncated !== undefined && (
        <p className="text-dim">{t.argumentsCut(formatBytes(record.truncated))}</p>
      )}
    </>
  )
}

const QUIET = ['debug', 'info', 'notice']

export const Logged = ({ record }: { record: LogRecord }) => {
  const t = useText().call
  const { levelFrom: _, ...fields } = record.attributes
  const redacted = record.redacted !== undefined
  const isQuiet = QUIET.includes(record.level)
  return (
    <>
      <div className="flex gap-1">
        <LevelMark level={record.level} word={false} />
        <div className="min-w-0 flex-1">
          <Block
            text={record.message}
            redacted={redacted}
            color={isQuiet ? undefined : LEVEL_COLOR[record.level]}
          />
          {Object.keys(fields).length > 0 && record.source !== 'notification' && (
            <div className="text-dim">
              <Block text={fieldsText(fields as Parameters<typeof fieldsText>[0])} redacted={redacted} />
            </div>
          )}
        </div>
      </div>
      {record.truncated !== undefined && (
        <p className="text-dim">{t.recordCut(formatBytes(record.truncated))}</p>
      )}
    </>
  )
}

const Progress = ({ entry }: { entry: Extract<Entry, { kind: 'progress' }> }) => {
  const t = useText().call
  const { progress, total, note } = entry
  return (
    <div className="flex items-center gap-2">
      {total !== undefined && (
        <progress
          aria-label={t.sources.progress}
          className="h-1.5 w-32 appearance-none rounded-full [&::-moz-progress-bar]:bg-notice [&::-webkit-progress-bar]:rounded-full [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:rounded-full [&::-webkit-progress-value]:bg-notice"
          value={progress}
          max={total}
        />
      )}
      <span className="mono tabular-nums">
        {progress}
        {total === undefined ? '' : ` / ${total}`}
      </span>
      <LogText text={note} />
    </div>
  )
}
