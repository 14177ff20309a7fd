/** The message of a row: to which call it belongs and how surely, how a call ended, the text, the attributes. */
import type { LogRecord } from '../api/client.ts'
import { LEVEL_COLOR } from '../look/levels.ts'
import { formatDuration } from '../parts/format.ts'
import { LogLines, LogText } from '../parts/log-text.tsx'
import { useText } from '../text/index.tsx'
import { attributesText } from './fields.ts'
import { CELL } from './roles.ts'

const TAG = 'mr-1.5 rounded border px-1 text-[11px] text-dim leading-4'

/** More characters than any screen is wide. */
const WIDEST = 600

/** Loud levels colour their text. */
const LOUD: ReadonlySet<string> = new Set(['warning', 'error', 'critical', 'alert', 'emergency'])

export const Message = ({ record, mark, wrap }: { record: LogRecord; mark: string; wrap: boolean }) => {
  const rest = attributesText(record.attributes)
  const [first = '', ...others] = wrap ? [record.message] : record.message.trimEnd().split('\n')
  // The browser would lay out all of it to show its beginning.
  const shown = wrap ? first : first.slice(0, WIDEST)
  return (
    <div
      {...CELL}
      className={`mono min-w-0 ${wrap ? 'break-words' : 'overflow-hidden text-ellipsis whitespace-nowrap'}`}
    >
      <CallTag record={record} />
      <span style={LOUD.has(record.level) ? { color: `var(${LEVEL_COLOR[record.level]})` } : undefined}>
        {wrap ? <LogLines text={shown} mark={mark} /> : <LogText text={shown} mark={mark} />}
      </span>
      {others.length > 0 && <span className="text-dim"> (+{others.length})</span>}
      <Outcome record={record} />
      {rest !== '' && (
        <span className="ml-2 text-dim">
          <LogText text={rest} mark={mark} />
        </span>
      )}
    </div>
  )
}

/** How a call took, and how it ended where it did not end well. */
const Outcome = ({ record: { call } }: { record: LogRecord }) => {
  if (call === undefined || !('durationMs' in call) || call.durationMs === undefined) return null
  return (
    <span className="ml-2 text-dim">
      {call.status === 'ok' ? '' : `${call.status} `}
      {formatDuration(call.durationMs)}
    </span>
  )
}

/** Solid where the record itself names its call, dashed where it was concluded. */
const CallTag = ({ record: { call, source } }: { record: LogRecord }) => {
  const t = useText().stream
  if (call === undefined || source === 'call') return null
  if (!('id' in call))
    return (
      <span
        className={`${TAG} border-line border-dashed`}
        title={t.ambiguous(String(call.candidates.length))}
      >
        {t.ambiguousTag(String(call.candidates.length))}
      </span>
    )
  const name = call.tool ?? call.method
  return (
    <button
      type="button"
      tabIndex={-1}
      data-call={call.id}
      title={t[call.attribution](name)}
      className={`${TAG} max-w-[18ch] truncate align-bottom border-line hover:text-text ${call.attribution === 'exact' ? '' : 'border-dashed'}`}
    >
      <LogText text={name} />
    </button>
  )
}
