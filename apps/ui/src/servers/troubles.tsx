/** What is wrong with a server, in words, and the way to what explains it. */
import type { ReactNode } from 'react'
import type { LogRecord, Server } from '../api/client.ts'
import { go } from '../location/index.ts'
import { Button } from '../parts/button.tsx'
import { formatCount } from '../parts/format.ts'
import { LogText } from '../parts/log-text.tsx'
import { TAG, useLanguage, useText } from '../text/index.tsx'
import { around, ofServer, toldOf } from './ways.ts'

export const Troubles = ({
  server: { server, deprecations, dropped },
  failure,
  strays,
}: {
  server: Server
  failure: LogRecord | undefined
  strays: number
}) => {
  const t = useText().servers
  const tag = TAG[useLanguage()]
  const drops = Object.entries(dropped)
  return (
    <ul className="flex flex-col gap-1 empty:hidden">
      {failure !== undefined && (
        <Trouble
          severe
          way={t.itsStderr}
          onWay={() => go(around(server, failure.run, failure.time, { source: 'stderr' }))}
        >
          {t.failedHandshake} <LogText text={failure.message} />
        </Trouble>
      )}
      {strays > 0 && (
        <Trouble way={t.showStrays} onWay={() => go(ofServer(server, { source: 'stdout' }))}>
          {t.strays(formatCount(strays, tag), strays)}
        </Trouble>
      )}
      {deprecations.map((feature) => (
        <Trouble
          key={feature}
          way={t.where}
          onWay={() => go(toldOf(server, { '@event': 'deprecation', '@feature': feature }))}
        >
          {t.deprecated} <b>{feature}</b>
          {t.deprecations[feature] === undefined ? '' : `: ${t.deprecations[feature]}`}
        </Trouble>
      ))}
      {drops.map(([reason, records]) => (
        <Trouble
          key={reason}
          way={t.where}
          onWay={() => go(toldOf(server, { '@event': 'drop', '@reason': reason }))}
        >
          {t.dropped(formatCount(records, tag), reason)}
        </Trouble>
      ))}
    </ul>
  )
}

const Trouble = ({
  severe = false,
  way,
  onWay,
  children,
}: {
  severe?: boolean
  way: string
  onWay: () => void
  children: ReactNode
}) => (
  <li className="flex items-baseline gap-2">
    <span className={severe ? 'text-error' : 'text-warning'}>
      <span aria-hidden="true">{severe ? '■ ' : '▲ '}</span>
      {children}
    </span>
    <Button plain className="text-accent" onClick={onWay}>
      {way}
    </Button>
  </li>
)
