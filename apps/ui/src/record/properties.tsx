/** Every field of a record, each to be asked for. Attributes are below, as the tree they are. */
import { FIELDS, type FieldInfo } from '@logboom/sdk/query'
import type { Level, LogRecord as SdkRecord } from '@logboom/sdk/record'
import type { ReactNode } from 'react'
import type { LogRecord } from '../api/client.ts'
import { Value } from '../ask/value.tsx'
import { formatBytes, formatDuration, formatFullTime } from '../parts/format.ts'
import { LevelMark } from '../parts/level.tsx'
import { LogText } from '../parts/log-text.tsx'
import { ServerName } from '../parts/server-name.tsx'
import { useSettings } from '../settings/index.ts'
import { useText } from '../text/index.tsx'
import { Attributes } from './attributes.tsx'
import { Row } from './row.tsx'

export const Properties = ({ record }: { record: LogRecord }) => {
  const t = useText().record
  const entries = Object.entries(record.attributes)
  return (
    <>
      <h3 className="mt-2 font-semibold text-[11px] text-dim uppercase tracking-wide">{t.attributes}</h3>
      {entries.length === 0 ? (
        <p className="text-dim">{t.noAttributes}</p>
      ) : (
        <Attributes entries={entries} masks={record.redacted !== undefined} />
      )}
      <h3 className="mt-3 font-semibold text-[11px] text-dim uppercase tracking-wide">{t.fields}</h3>
      <dl>
        {FIELDS.filter(({ name }) => name !== 'message').flatMap((info) =>
          // The API's type of a record is the SDK's, but for what JSON cannot say.
          valuesOf(info, record as SdkRecord).map((value) => (
            <Row key={`${info.name} ${value}`} name={info.name}>
              <Value field={info.name} value={value}>
                <Shown info={info} value={value} />
              </Value>
            </Row>
          )),
        )}
      </dl>
    </>
  )
}

const valuesOf = (info: FieldInfo, record: SdkRecord): readonly (string | number)[] => {
  const value = info.read(record)
  if (value === undefined) return []
  return typeof value === 'object' ? value : [value]
}

const Shown = ({ info, value }: { info: FieldInfo; value: string | number }): ReactNode => {
  const zone = useSettings().time === 'utc' ? 'utc' : 'local'
  if (info.name === 'level') return <LevelMark level={value as Level} />
  if (info.name === 'server') return <ServerName name={String(value)} />
  if (typeof value === 'number') {
    if (info.type === 'time') return formatFullTime(value, zone)
    if (info.type === 'duration') return formatDuration(value)
    if (info.type === 'size') return formatBytes(value)
  }
  return <LogText text={String(value)} />
}
