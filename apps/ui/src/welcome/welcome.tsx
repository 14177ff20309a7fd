/** What the stream shows when it has no rows: why there are none, and what to do. */
import type { ReactNode } from 'react'
import { ApiError, type Stats } from '../api/client.ts'
import { useStats } from '../api/stats.ts'
import { usePlace } from '../location/index.ts'
import { formatCount } from '../parts/format.ts'
import { Problem } from '../parts/problem.tsx'
import { accountOf } from '../status/account.ts'
import { TAG, useLanguage, useText } from '../text/index.tsx'
import { FirstServer } from './first-server.tsx'
import { NothingMatches } from './nothing-matches.tsx'
import { waysOut } from './ways-out.ts'

export const Welcome = () => {
  const { data, error, refetch } = useStats()
  const t = useText().welcome
  if (error !== null)
    return (
      <Page>
        <h1 className="font-semibold text-lg">
          {error instanceof ApiError && error.code === 'OFFLINE' ? t.away : t.unanswered}
        </h1>
        {error instanceof ApiError && error.code === 'OFFLINE' && <p className="text-dim">{t.awayAdvice}</p>}
        <Problem error={error} retry={() => void refetch()} />
      </Page>
    )
  if (data === undefined) return null
  return (
    <Page>
      {data.hub.failing !== undefined && <Failing why={data.hub.failing} />}
      <Reason stats={data} />
    </Page>
  )
}

const Page = ({ children }: { children: ReactNode }) => (
  <div className="mx-auto flex max-w-220 flex-col gap-4 px-6 py-8">{children}</div>
)

const Reason = ({ stats }: { stats: Stats }) => {
  const t = useText().welcome
  const tag = TAG[useLanguage()]
  const ways = waysOut(usePlace())
  const { stored, queued } = accountOf(stats)
  if (stored === 0 && queued > 0)
    return <h1 className="font-semibold text-lg">{t.queued(formatCount(queued, tag), queued)}</h1>
  if (stored === 0) return <FirstServer program={stats.hub} />
  // Without a filter all that is stored has rows: they are under way.
  return ways.length === 0 ? null : <NothingMatches ways={ways} />
}

const Failing = ({ why }: { why: string }) => {
  const t = useText().welcome
  return (
    <section role="alert" className="rounded-md border border-error px-3 py-2">
      <h2 className="font-semibold text-error">
        <span aria-hidden="true">■ </span>
        {t.failing}
      </h2>
      <p>{why}</p>
      <p className="text-dim">{t.failingAdvice}</p>
    </section>
  )
}
