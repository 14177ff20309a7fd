/** One server. */
import type { ReactNode } from 'react'
import type { LogRecord, Server } from '../api/client.ts'
import { Value } from '../ask/value.tsx'
import { go } from '../location/index.ts'
import { Button } from '../parts/button.tsx'
import { formatCount, formatTime } from '../parts/format.ts'
import { LogText } from '../parts/log-text.tsx'
import { ServerName } from '../parts/server-name.tsx'
import { useSettings } from '../settings/index.ts'
import { TAG, useLanguage, useText } from '../text/index.tsx'
import { eraOf } from './eras.ts'
import { Exits } from './exits.tsx'
import { LevelBar } from './level-bar.tsx'
import { Runs } from './runs.tsx'
import { Troubles } from './troubles.tsx'
import { errorsOf, ofServer } from './ways.ts'

export const ServerCard = ({
  server,
  failure,
  strays,
}: {
  server: Server
  failure: LogRecord | undefined
  strays: number
}) => {
  const t = useText().servers
  const tag = TAG[useLanguage()]
  const { time } = useSettings()
  return (
    <section aria-label={server.server} className="rounded-md border border-line bg-panel">
      <header className="flex flex-wrap items-center gap-x-4 gap-y-1 border-line border-b px-3 py-1.5">
        <Alive alive={server.alive} />
        <h2 className="text-[15px]">
          <Value field="server" value={server.server}>
            <ServerName name={server.server} />
          </Value>
        </h2>
        <span className="text-dim">{t.runs(formatCount(server.runs, tag), server.runs)}</span>
        <span className="text-dim">
          {t.lastSeen} <time className="mono">{formatTime(server.lastSeen, time, Date.now())}</time>
        </span>
        <span className="ml-auto flex gap-2">
          <Button plain className="text-accent" onClick={() => go(errorsOf(server.server))}>
            {t.errors}
          </Button>
          <Button plain className="text-accent" onClick={() => go(ofServer(server.server))}>
            {t.records(formatCount(server.records, tag), server.records)}
          </Button>
        </span>
      </header>
      <div className="flex flex-col gap-2 px-3 py-2">
        <LevelBar server={server.server} levels={server.levels} />
        <Facts server={server} />
        <Troubles server={server} failure={failure} strays={strays} />
        <Exits server={server.server} exits={server.exits} />
        <Runs server={server.server} />
      </div>
    </section>
  )
}

const Alive = ({ alive }: { alive: number }) => {
  const t = useText().servers
  return alive > 0 ? (
    <span className="text-notice">
      <span aria-hidden="true">● </span>
      {t.alive}
    </span>
  ) : (
    <span className="text-dim">
      <span aria-hidden="true">○ </span>
      {t.ended}
    </span>
  )
}

const Facts = ({ server: { clients, protocols, versions, capabilities } }: { server: Server }) => {
  const t = useText().servers
  return (
    <dl className="flex flex-wrap gap-x-6 gap-y-1">
      <Fact name={t.clients} values={clients} field="client" />
      <Fact
        name={t.protocols}
        values={protocols}
        field="protocol"
        about={(protocol) => {
          const era = eraOf(protocol)
          return era === undefined ? '' : t.eras[era]
        }}
      />
      <Fact name={t.versions} values={versions} field="serverVersion" />
      {capabilities !== undefined && capabilities.length > 0 && (
        <Entry name={t.capabilities}>
          <LogText text={capabilities.join(' ')} />
        </Entry>
      )}
    </dl>
  )
}

const Entry = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="flex gap-2">
    <dt className="text-dim">{name}</dt>
    <dd className="flex flex-wrap gap-x-2">{children}</dd>
  </div>
)

const Fact = ({
  name,
  values,
  field,
  about = () => '',
}: {
  name: string
  values: readonly string[]
  field: string
  about?: (value: string) => string
}) => {
  const t = useText().servers
  return (
    <Entry name={name}>
      {values.length === 0 && <span className="text-dim">{t.untold}</span>}
      {values.map((value) => (
        <span key={value}>
          <Value field={field} value={value}>
            <LogText text={value} />
          </Value>
          <span className="text-dim"> {about(value)}</span>
        </span>
      ))}
    </Entry>
  )
}
