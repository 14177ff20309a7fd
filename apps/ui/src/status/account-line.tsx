/** The account as a line; a click tells what each number means and why something was dropped. */
import { Popover } from '@base-ui/react/popover'
import type { ReactNode } from 'react'
import type { Stats } from '../api/client.ts'
import { Button } from '../parts/button.tsx'
import { formatBytes, formatCount } from '../parts/format.ts'
import { TAG, useLanguage, useText } from '../text/index.tsx'
import { accountOf } from './account.ts'

export const AccountLine = ({ stats }: { stats: Stats }) => {
  const t = useText().status
  const tag = TAG[useLanguage()]
  const account = accountOf(stats)
  const about = account.estimated ? '≈ ' : ''
  const count = (n: number) => formatCount(n, tag)
  const sum = t.sum(
    about + count(account.captured),
    count(account.stored),
    about + count(account.queued),
    count(account.dropped),
  )
  return (
    <Popover.Root>
      <Popover.Trigger render={<Button plain className="-mx-1.5 tabular-nums" />}>
        {account.dropped > 0 && (
          <span aria-hidden="true" className="text-warning">
            ▲
          </span>
        )}
        {sum}
        {stats.hub.atRisk.records > 0 && (
          <span className="ml-2.5">{t.atRisk(about + count(account.queued))}</span>
        )}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner side="top" sideOffset={6} align="start" className="z-50">
          <Popover.Popup className="w-108 rounded-md border border-line bg-panel p-3 shadow-lg outline-none">
            <Popover.Title className="mb-2 font-semibold">{t.title}</Popover.Title>
            <dl className="grid grid-cols-[auto_auto_1fr] gap-x-3 gap-y-1">
              <Line name={t.stored} amount={count(account.stored)} about={t.storedAbout} />
              <Line
                name={t.queued}
                amount={about + count(account.queued)}
                about={t.queuedAbout(formatBytes(stats.hub.atRisk.bytes))}
              />
              <Line name={t.dropped} amount={count(account.dropped)} about={t.droppedAbout} />
              {account.reasons.map(({ reason, records }) => (
                <Line
                  key={reason}
                  name={reason}
                  amount={count(records)}
                  about={reasonText(t.reasons, reason)}
                  inner
                />
              ))}
              <Line
                name={t.captured}
                amount={about + count(account.captured)}
                about={t.capturedAbout}
                total
              />
            </dl>
            <p className="mt-2 text-dim">{t.unknowable}</p>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}

const reasonText = (texts: Readonly<Record<string, string>>, reason: string): string => texts[reason] ?? ''

const Line = ({
  name,
  amount,
  about,
  inner = false,
  total = false,
}: {
  name: string
  amount: string
  about: ReactNode
  inner?: boolean
  total?: boolean
}) => (
  <div
    className={`col-span-3 grid grid-cols-subgrid ${total ? 'border-line border-t pt-1 font-semibold' : ''}`}
  >
    <dt className={inner ? 'pl-3 text-dim' : ''}>{name}</dt>
    <dd className="text-right tabular-nums">{amount}</dd>
    <dd className="font-normal text-dim">{about}</dd>
  </div>
)
