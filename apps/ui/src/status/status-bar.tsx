/** The bottom line, the promise: captured = stored + queued + dropped; and how the hub is. */
import { useEffect } from 'react'
import { ApiError, type Stats } from '../api/client.ts'
import { useStats } from '../api/stats.ts'
import { formatBytes, formatCount, formatDuration, formatTime } from '../parts/format.ts'
import { knowServers } from '../parts/hues.ts'
import { useSettings } from '../settings/index.ts'
import { TAG, useLanguage, useText } from '../text/index.tsx'
import { aliveOf } from './account.ts'
import { AccountLine } from './account-line.tsx'

/** Storing a second later is as good as at once. */
const LAG_MS = 1000

export const StatusBar = () => {
  const { data, error, dataUpdatedAt } = useStats()
  useEffect(() => knowServers(data?.servers.map(({ server }) => server) ?? []), [data])
  const offline = error instanceof ApiError && error.code === 'OFFLINE'
  return (
    <footer className="col-span-full flex min-w-0 items-center gap-4 overflow-hidden whitespace-nowrap border-line border-t bg-panel px-3 text-dim">
      {error !== null && <Unanswered offline={offline} error={error} since={dataUpdatedAt} />}
      {data !== undefined && <Standing stats={data} />}
    </footer>
  )
}

const Unanswered = ({ offline, error, since }: { offline: boolean; error: Error; since: number }) => {
  const t = useText().status
  const { time } = useSettings()
  const now = Date.now()
  const at = since === 0 ? undefined : formatTime(since, time === 'utc' ? 'utc' : 'local', now)
  return (
    <span role="status" className="shrink-0 font-semibold text-error">
      <span aria-hidden="true">■ </span>
      {offline ? t.offline : `${t.failed} ${error.message}`}
      {at !== undefined && <span className="font-normal"> · {t.numbersOf(at.replace(/\.\d+$/, ''))}</span>}
    </span>
  )
}

const Standing = ({ stats }: { stats: Stats }) => {
  const t = useText().status
  const tag = TAG[useLanguage()]
  const { servers, hub } = stats
  const count = (n: number) => formatCount(n, tag)
  return (
    <>
      <span>{t.servers(count(servers.length), count(aliveOf(stats)), servers.length)}</span>
      <AccountLine stats={stats} />
      {hub.failing === undefined && hub.lagMs > LAG_MS && (
        <span className="text-warning">
          <span aria-hidden="true">▲ </span>
          {t.lag(formatDuration(hub.lagMs))}
        </span>
      )}
      {hub.failing !== undefined && <Failing why={hub.failing} />}
      <span className="ml-auto">
        {t.store(formatBytes(hub.store.bytes))} · {t.hub(hub.version)}
      </span>
    </>
  )
}

const Failing = ({ why }: { why: string }) => {
  const t = useText().status
  return (
    <span role="alert" className="min-w-0 truncate text-error" title={`${why}\n${t.failingAdvice}`}>
      <span aria-hidden="true">■ </span>
      <b>{t.failing}</b> {why} · {t.failingAdvice}
    </span>
  )
}
