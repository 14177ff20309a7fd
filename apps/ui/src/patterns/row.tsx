/** One pattern: how often, how severe, whose, when; only it, without it, an example of it. */
import { LEVELS } from '@logboom/sdk/record'
import type { Pattern } from '../api/client.ts'
import { negated, withTerm } from '../ask/filters.ts'
import { Value } from '../ask/value.tsx'
import { go, usePlace } from '../location/index.ts'
import { Button } from '../parts/button.tsx'
import { formatCount, formatFullTime, formatPercent, formatTime } from '../parts/format.ts'
import { LevelMark } from '../parts/level.tsx'
import { ServerName } from '../parts/server-name.tsx'
import { useSettings } from '../settings/index.ts'
import { TAG, useLanguage, useText } from '../text/index.tsx'
import { patternQuery } from './pattern-query.ts'
import { PatternText } from './pattern-text.tsx'

const MAX_SERVERS = 3

export const PatternRow = ({ pattern, total, now }: { pattern: Pattern; total: number; now: number }) => {
  const t = useText().patterns
  const tag = TAG[useLanguage()]
  const { mark, record } = usePlace()
  const query = patternQuery(pattern.pattern)
  const { example } = pattern
  return (
    <tr
      className="border-line border-b align-top hover:bg-panel aria-[current]:bg-row"
      aria-current={record === example.record.id ? 'true' : undefined}
    >
      <td className="pt-1 pr-3 pb-0.5 pl-3 text-right tabular-nums">
        {formatCount(pattern.count, tag)} <Share share={total === 0 ? 0 : pattern.count / total} />
      </td>
      <td className="pt-1 pr-2">
        <Levels levels={pattern.levels} tag={tag} />
      </td>
      <th scope="row" className="pt-1 pr-2 text-left font-normal">
        <button
          type="button"
          data-pattern=""
          disabled={query === undefined}
          title={query === undefined ? t.nothingFixed : t.only(query)}
          className="mono line-clamp-3 w-full break-words rounded text-left decoration-dotted underline-offset-2 enabled:hover:underline"
          onClick={() =>
            query !== undefined && go((place) => ({ ...withTerm(place, query), view: 'stream' }))
          }
          onKeyDown={(event) => {
            if (event.key !== 'x' || query === undefined) return
            event.preventDefault()
            go((place) => withTerm(place, negated(query)))
          }}
        >
          <PatternText pattern={pattern.pattern} mark={mark} masks={example.record.redacted !== undefined} />
        </button>
      </th>
      <td className="pt-1 pr-2">
        <Servers names={pattern.servers} />
      </td>
      <Seen time={pattern.first} now={now} className="@max-4xl:hidden" />
      <Seen time={pattern.last} now={now} />
      <td className="whitespace-nowrap py-0.5 pr-2 text-right">
        <Button
          plain
          className="text-dim"
          title={t.showExample}
          onClick={() => go({ record: example.record.id, call: undefined })}
        >
          {t.example}
        </Button>
        <Button
          plain
          className="text-dim"
          aria-label={t.hideThis}
          title={query === undefined ? t.nothingFixed : `${t.hideThis} (x)`}
          disabled={query === undefined}
          onClick={() => query !== undefined && go((place) => withTerm(place, negated(query)))}
        >
          {t.hide}
        </Button>
      </td>
    </tr>
  )
}

const Share = ({ share }: { share: number }) => {
  const t = useText().patterns
  const text = t.share(formatPercent(share, TAG[useLanguage()]))
  return (
    <span title={text} className="block h-0.5 rounded-full bg-row">
      <span
        className="block h-0.5 rounded-full bg-accent"
        style={{ width: `${Math.min(1, share) * 100}%` }}
      />
      <span className="sr-only">{text}</span>
    </span>
  )
}

/** The word where there is one level, else a shape and a count for each, the most severe first. */
const Levels = ({ levels, tag }: { levels: Pattern['levels']; tag: string }) => {
  const single = Object.keys(levels).length === 1
  return LEVELS.toReversed().map((level) => {
    const count = levels[level]
    return count === undefined ? null : (
      <span key={level} className="mr-2 inline-block whitespace-nowrap">
        <Value field="level" value={level}>
          <LevelMark level={level} word={single} />
        </Value>
        {!single && <span className="ml-0.5 text-dim tabular-nums">{formatCount(count, tag)}</span>}
      </span>
    )
  })
}

const Servers = ({ names }: { names: readonly string[] }) => {
  const t = useText().patterns
  return (
    <>
      {names.slice(0, MAX_SERVERS).map((name) => (
        <span key={name} className="block truncate">
          <Value field="server" value={name}>
            <ServerName name={name} />
          </Value>
        </span>
      ))}
      {names.length > MAX_SERVERS && (
        <span className="text-dim" title={names.slice(MAX_SERVERS).join(', ')}>
          {t.more(names.length - MAX_SERVERS)}
        </span>
      )}
    </>
  )
}

const Seen = ({ time, now, className = '' }: { time: number; now: number; className?: string }) => {
  const how = useSettings().time
  return (
    <td className={`mono whitespace-nowrap pt-1 pr-2 text-dim ${className}`}>
      <time
        dateTime={new Date(time).toISOString()}
        title={formatFullTime(time, how === 'utc' ? 'utc' : 'local')}
      >
        {formatTime(time, how, now)}
      </time>
    </td>
  )
}
