/** What a record says first: how severe, from where, when, and the message with all its lines. */
import type { LogRecord } from '../api/client.ts'
import { Value } from '../ask/value.tsx'
import { usePlace } from '../location/index.ts'
import { formatBytes, formatDuration, formatFullTime } from '../parts/format.ts'
import { LevelMark } from '../parts/level.tsx'
import { LogText } from '../parts/log-text.tsx'
import { ServerName } from '../parts/server-name.tsx'
import { useSettings } from '../settings/index.ts'
import { useText } from '../text/index.tsx'
import { Ago } from './ago.tsx'
import { LongText } from './long-text.tsx'

const MESSAGE = { chars: 4000, lines: 40 }
/** Capture sees a record when it was written, give or take: only more is worth a line. */
const WORTH_TELLING_MS = 1000

export const Head = ({ record }: { record: LogRecord }) => {
  const t = useText().record
  const { mark } = usePlace()
  const zone = useSettings().time === 'utc' ? 'utc' : 'local'
  const lag = record.observed - record.time
  return (
    <>
      <h2 className="flex min-w-0 flex-wrap items-center gap-x-2 pr-6 font-medium">
        <Value field="level" value={record.level}>
          <LevelMark level={record.level} />
        </Value>
        <Value field="server" value={record.server}>
          <ServerName name={record.server} />
        </Value>
        <Value field="source" value={record.source}>
          <span className="rounded border border-line px-1 text-[11px] text-dim">{record.source}</span>
        </Value>
        {record.logger !== undefined && (
          <Value field="logger" value={record.logger}>
            <span className="text-dim">
              <LogText text={record.logger} />
            </span>
          </Value>
        )}
      </h2>
      <p className="tabular-nums">
        <time dateTime={new Date(record.time).toISOString()}>{formatFullTime(record.time, zone)}</time>{' '}
        <Ago time={record.time} />
      </p>
      {Math.abs(lag) > WORTH_TELLING_MS && (
        <p className="text-dim tabular-nums">
          {t.observed}: {formatFullTime(record.observed, zone)} (
          {(lag > 0 ? t.later : t.earlier)(formatDuration(Math.abs(lag)))})
        </p>
      )}
      <section
        className={`mono relative mt-2 max-h-[40vh] overflow-auto rounded-md border border-line bg-bg px-2.5 py-1.5 ${COLOR[record.level] ?? ''}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
        tabIndex={0}
        aria-label={t.copyMessage}
      >
        {record.message === '' ? (
          <i className="text-dim">{t.emptyText}</i>
        ) : (
          <LongText
            key={record.id}
            text={record.message}
            mark={mark}
            masks={record.redacted !== undefined}
            limits={MESSAGE}
          />
        )}
      </section>
      {record.redacted !== undefined && <p className="mt-1 text-warning">{t.redacted(record.redacted)}</p>}
      {record.truncated !== undefined && (
        <p className="mt-1 text-warning">{t.truncated(formatBytes(record.truncated))}</p>
      )}
    </>
  )
}

/** What went wrong has its colour; all else is calm. */
const COLOR: Partial<Record<LogRecord['level'], string>> = {
  warning: 'text-warning',
  error: 'text-error',
  critical: 'text-critical',
  alert: 'text-critical',
  emergency: 'text-critical',
}
