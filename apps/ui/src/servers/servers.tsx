/** Servers and how they are: alive or not, what they log, how they ended, what they speak. */
import { Chips } from '../ask/chips.tsx'
import { go, queryOf, usePlace } from '../location/index.ts'
import { Button } from '../parts/button.tsx'
import { Problem } from '../parts/problem.tsx'
import { useText } from '../text/index.tsx'
import { ServerCard } from './server-card.tsx'
import { useFailures, useServers, useStrays } from './use-servers.ts'

export const Servers = () => {
  const place = usePlace()
  const all = useText()
  const { data, error, isPending, refetch } = useServers(place)
  const failures = useFailures(place).data
  const strays = useStrays(place).data
  return (
    <>
      <h1 className="sr-only">{all.app.views.servers}</h1>
      <Chips />
      <div className="flex relative min-h-0 flex-1 flex-col gap-3 overflow-auto p-3">
        {error !== null && <Problem error={error} retry={() => void refetch()} />}
        {isPending && <p className="text-dim">{all.parts.loading}</p>}
        {data?.servers.length === 0 && (
          <None asked={queryOf(place) !== '' || place.since !== undefined || place.until !== undefined} />
        )}
        {data?.servers.map((server) => (
          <ServerCard
            key={server.server}
            server={server}
            failure={failures?.get(server.server)}
            strays={strays?.get(server.server) ?? 0}
          />
        ))}
      </div>
    </>
  )
}

const None = ({ asked }: { asked: boolean }) => {
  const t = useText().servers
  return (
    <div className="flex flex-col items-start gap-3 p-3">
      <p>{asked ? t.noneMatch : t.noneYet}</p>
      <Button
        onClick={() =>
          go(({ chips }) =>
            asked
              ? {
                  q: '',
                  chips: chips.map((chip) => ({ ...chip, on: false })),
                  since: undefined,
                  until: undefined,
                }
              : { view: 'stream' },
          )
        }
      >
        {asked ? t.askAll : t.howTo}
      </Button>
    </div>
  )
}
