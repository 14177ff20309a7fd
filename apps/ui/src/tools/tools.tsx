/** Tools by how much they are called, how often they fail and how long they take. */
import { useQuery } from '@tanstack/react-query'
import { ask, type Tool } from '../api/client.ts'
import { Chips } from '../ask/chips.tsx'
import { go, type Place, queryOf, usePlace } from '../location/index.ts'
import { Button } from '../parts/button.tsx'
import { Problem } from '../parts/problem.tsx'
import { useText } from '../text/index.tsx'
import { ToolTable } from './tool-table.tsx'

const REFETCH_MS = 5000

const useTools = ({ q, chips, since, until }: Place) => {
  const query = {
    q: queryOf({ q, chips }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  }
  return useQuery({
    queryKey: ['tools', query],
    queryFn: ({ signal }) => ask((hub) => hub.GET('/tools', { params: { query }, signal })),
    refetchInterval: REFETCH_MS,
  })
}

export const Tools = () => {
  const place = usePlace()
  const { data, error, isPending, refetch } = useTools(place)
  const all = useText()
  return (
    <>
      <h1 className="sr-only">{all.app.views.tools}</h1>
      <Chips />
      <div className="relative min-h-0 flex-1 overflow-auto">
        {error !== null && <Problem error={error} retry={() => void refetch()} />}
        {isPending && <p className="p-4 text-dim">{all.parts.loading}</p>}
        {data !== undefined && <Found tools={data.tools} step={data.step} place={place} />}
      </div>
    </>
  )
}

const Found = ({
  tools,
  step,
  place,
}: {
  tools: readonly Tool[]
  step: number | undefined
  place: Place
}) => {
  const t = useText().tools
  if (tools.length > 0) return <ToolTable tools={tools} step={step} />
  const asked = queryOf(place) !== '' || place.since !== undefined || place.until !== undefined
  return (
    <div className="flex flex-col items-start gap-3 p-6">
      <p>{asked ? t.noneMatch : t.noneYet}</p>
      {asked && (
        <Button
          onClick={() =>
            go(({ chips }) => ({
              q: '',
              chips: chips.map((chip) => ({ ...chip, on: false })),
              since: undefined,
              until: undefined,
            }))
          }
        >
          {t.askAll}
        </Button>
      )}
    </div>
  )
}
