/** A record beside: what it says, to what it belongs, all it holds, and what can be done with it. */
import { Tabs } from '@base-ui/react/tabs'
import { ApiError, type Stored } from '../api/client.ts'
import { go } from '../location/index.ts'
import { Button } from '../parts/button.tsx'
import { Problem } from '../parts/problem.tsx'
import { useText } from '../text/index.tsx'
import { Actions } from './actions.tsx'
import { Attribution } from './attribution.tsx'
import { Head } from './head.tsx'
import { Json } from './json.tsx'
import { Links } from './links.tsx'
import { Properties } from './properties.tsx'
import { useRecord } from './record.ts'

export const RecordPanel = ({ id }: { id: string }) => {
  const { data, error, refetch } = useRecord(id)
  const text = useText()
  return (
    <section aria-label={text.record.title} className="relative px-3.5 py-3">
      <button
        type="button"
        aria-label={text.app.closeDetails}
        title={`${text.app.closeDetails} (Esc)`}
        className="absolute top-2.5 right-2.5 size-6 rounded text-dim hover:bg-row"
        onClick={() => go({ record: undefined })}
      >
        ✕
      </button>
      {data !== undefined ? (
        <Found stored={data} />
      ) : error instanceof ApiError && error.status === 404 ? (
        <Missing />
      ) : error !== null ? (
        <Problem error={error} retry={() => void refetch()} />
      ) : (
        <p className="text-dim">{text.parts.loading}</p>
      )}
    </section>
  )
}

const Missing = () => {
  const t = useText().record
  return (
    <>
      <h2 className="font-semibold">{t.missing}</h2>
      <p className="mt-1 text-dim">{t.missingWhy}</p>
      <Button className="mt-3" onClick={() => go({ record: undefined, view: 'stream', page: undefined })}>
        {t.showStream}
      </Button>
    </>
  )
}

const TAB =
  'border-transparent border-b-2 px-2 py-1 text-dim hover:text-text aria-selected:border-accent aria-selected:text-text'

const Found = ({ stored }: { stored: Stored }) => {
  const t = useText().record
  const { record } = stored
  return (
    <>
      <Head record={record} />
      {record.call !== undefined && <Attribution call={record.call} />}
      <Links record={record} />
      <Actions stored={stored} />
      <Tabs.Root defaultValue="properties" className="mt-2.5">
        <Tabs.List className="flex gap-1 border-line border-b">
          <Tabs.Tab value="properties" className={TAB}>
            {t.tabs.properties}
          </Tabs.Tab>
          <Tabs.Tab value="json" className={TAB}>
            {t.tabs.json}
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="properties">
          {/* What was unfolded in one record is not in the next. */}
          <Properties key={record.id} record={record} />
        </Tabs.Panel>
        <Tabs.Panel value="json">
          <Json record={record} />
        </Tabs.Panel>
      </Tabs.Root>
    </>
  )
}
