/** The runs of a server, folded until asked for. */
import { useId, useState } from 'react'
import type { Run } from '../api/client.ts'
import { go, usePlace } from '../location/index.ts'
import { Button } from '../parts/button.tsx'
import { formatCount, formatDuration, formatTime } from '../parts/format.ts'
import { LevelMark } from '../parts/level.tsx'
import { LogText } from '../parts/log-text.tsx'
import { Problem } from '../parts/problem.tsx'
import { useSettings } from '../settings/index.ts'
import { TAG, useLanguage, useText } from '../text/index.tsx'
import { useRuns } from './use-servers.ts'
import { around, ofServer } from './ways.ts'

export const Runs = ({ server }: { server: string }) => {
  const t = useText().servers
  const [open, setOpen] = useState(false)
  const id = useId()
  return (
    <div>
      <Button
        plain
        className="-ml-1.5 text-dim"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        <span aria-hidden="true">{open ? '▾' : '▸'}</span>
        {t.runList}
      </Button>
      <div id={id}>{open && <RunTable server={server} />}</div>
    </div>
  )
}

const RunTable = ({ server }: { server: string }) => {
  const all = useText()
  const t = all.servers
  const { data, error, refetch } = useRuns(usePlace(), server)
  if (error !== null) return <Problem error={error} retry={() => void refetch()} />
  if (data === undefined) return <p className="text-dim">{all.parts.loading}</p>
  return (
    <>
      <table className="w-full whitespace-nowrap tabular-nums">
        <thead>
          <tr className="text-left text-dim">
            <th className="pr-4 font-medium">{t.started}</th>
            <th className="pr-4 font-medium">{t.run}</th>
            <th className="pr-4 text-right font-medium">{t.lasted}</th>
            <th className="pr-4 text-right font-medium">{t.recordsColumn}</th>
            <th className="pr-4 font-medium">{t.spoke}</th>
            <th className="font-medium">{t.exit}</th>
          </tr>
        </thead>
        <tbody>
          {data.runs.map((run) => (
            <RunRow key={run.run} run={run} />
          ))}
        </tbody>
      </table>
      {data.more && <p className="text-dim">{t.moreRuns(data.runs.length)}</p>}
    </>
  )
}

const RunRow = ({ run }: { run: Run }) => {
  const t = useText().servers
  const tag = TAG[useLanguage()]
  const { time } = useSettings()
  const now = Date.now()
  return (
    <tr className="h-6 border-line border-t">
      <td className="pr-4">
        <time className="mono">{formatTime(run.first, time, now)}</time>
      </td>
      <td className="pr-4">
        <button
          type="button"
          className="mono rounded text-accent hover:underline"
          title={run.run}
          onClick={() => go(ofServer(run.server, { run: run.run }))}
        >
          …{run.run.slice(-8)}
        </button>
      </td>
      <td className="pr-4 text-right">{formatDuration((run.alive ? now : run.lastSeen) - run.first)}</td>
      <td className="pr-4 text-right">{formatCount(run.records, tag)}</td>
      <td className="pr-4">{run.protocol === undefined ? t.untold : <LogText text={run.protocol} />}</td>
      <td className="w-full max-w-0">
        <Exit run={run} />
      </td>
    </tr>
  )
}

const Exit = ({ run: { alive, exit, server, run } }: { run: Run }) => {
  const t = useText().servers
  if (exit === undefined)
    return <span className={alive ? 'text-notice' : 'text-dim'}>{alive ? `● ${t.alive}` : t.noExit}</span>
  return (
    <button
      type="button"
      title={t.showBefore}
      className="flex w-full gap-1 rounded text-left hover:bg-row"
      onClick={() => go(around(server, run, exit.time))}
    >
      <LevelMark level={exit.level} word={false} />
      <span className="mono truncate">
        <LogText text={exit.message} />
      </span>
    </button>
  )
}
