/** Which fields are columns: the usual ones, and the attributes there are. */
import { useQuery } from '@tanstack/react-query'
import { Columns3 } from 'lucide-react'
import { ask } from '../api/client.ts'
import { Button } from '../parts/button.tsx'
import { LogText } from '../parts/log-text.tsx'
import { Menu, MenuCheck, MenuItem, MenuLabel, MenuLine } from '../parts/menu.tsx'
import { changeSettings, DEFAULTS, useSettings } from '../settings/index.ts'
import { useText } from '../text/index.tsx'
import { withColumn, withoutColumn } from './columns.ts'

const USUAL = [
  'time',
  'level',
  'server',
  'source',
  'logger',
  'tool',
  'status',
  'duration',
  'attribution',
  'client',
  'run',
]
const MAX_OFFERED = 60

export const ColumnsMenu = () => {
  const t = useText().stream
  return (
    <Menu
      trigger={
        <Button plain aria-label={t.columns} title={t.columns}>
          <Columns3 size={14} aria-hidden="true" />
          {t.columns}
        </Button>
      }
    >
      <Choice />
    </Menu>
  )
}

/** Asked for when the menu opens. */
const Choice = () => {
  const t = useText().stream
  const { columns } = useSettings()
  const fields = useQuery({
    queryKey: ['fields'],
    queryFn: ({ signal }) => ask((hub) => hub.GET('/fields', { signal })),
  })
  const shown = columns.map(({ field }) => field)
  const attributes = (fields.data?.fields ?? [])
    .map(({ name }) => name)
    .filter((name) => name.startsWith('@'))
  const offered = [...new Set([...shown, ...USUAL, ...attributes])].slice(0, MAX_OFFERED)
  return (
    <>
      {offered.map((field) => (
        <MenuCheck
          key={field}
          checked={shown.includes(field)}
          onChange={(checked) =>
            changeSettings(({ columns }) => ({
              columns: checked ? withColumn(columns, field) : withoutColumn(columns, field),
            }))
          }
        >
          <LogText text={field} />
        </MenuCheck>
      ))}
      {fields.isError && <MenuLabel>{t.fieldsFailed}</MenuLabel>}
      <MenuLine />
      <MenuItem onClick={() => changeSettings({ columns: DEFAULTS.columns })}>{t.resetColumns}</MenuItem>
    </>
  )
}
