/** Adds an attribute to the filters. */
import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { ask } from '../api/client.ts'
import { Button } from '../parts/button.tsx'
import { formatCount } from '../parts/format.ts'
import { LogText } from '../parts/log-text.tsx'
import { Menu, MenuItem, MenuLabel } from '../parts/menu.tsx'
import { TAG, useLanguage, useText } from '../text/index.tsx'
import { addGroup, GROUPS, MOST_ADDED } from './groups.ts'

const TIMEOUT_MS = 5000
/** Fields that group records well; numbers of their own in each record do not. */
const OTHERS = ['method', 'attribution', 'protocol', 'host', 'run', 'session']

export const AddGroup = ({ taken }: { taken: readonly string[] }) => {
  const t = useText().facets
  const tag = TAG[useLanguage()]
  const [asked, setAsked] = useState(false)
  const { data, isPending } = useQuery({
    queryKey: ['facets', 'fields'],
    queryFn: ({ signal }) =>
      ask((hub) => hub.GET('/fields', { params: { query: { timeout: TIMEOUT_MS } }, signal })),
    enabled: asked,
    staleTime: 15_000,
  })
  const attributes = (data?.fields ?? []).filter(
    ({ name, types }) => name.startsWith('@') && types.some((type) => type !== 'object'),
  )
  const offered = [...attributes, ...OTHERS.map((name) => ({ name, count: undefined }))].filter(
    ({ name }) => !taken.includes(name),
  )
  return (
    <Menu
      trigger={
        <Button
          plain
          className="self-start text-dim"
          onPointerEnter={() => setAsked(true)}
          onFocus={() => setAsked(true)}
          disabled={taken.length >= GROUPS.length + MOST_ADDED}
        >
          <Plus size={12} aria-hidden="true" />
          {t.add}
        </Button>
      }
    >
      <MenuLabel>{isPending && asked ? t.looking : t.addAbout}</MenuLabel>
      {offered.map(({ name, count }) => (
        <MenuItem key={name} onClick={() => addGroup(name)}>
          <span className="mono min-w-0 truncate">
            <LogText text={name} />
          </span>
          {count !== undefined && (
            <span className="ml-auto pl-4 text-dim tabular-nums">{formatCount(count, tag)}</span>
          )}
        </MenuItem>
      ))}
    </Menu>
  )
}
