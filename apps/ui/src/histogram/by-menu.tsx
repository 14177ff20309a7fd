/** What the histogram is split by: a known field, or an attribute that the records have. */
import { visible } from '@logboom/sdk/record'
import { useQuery } from '@tanstack/react-query'
import { ask } from '../api/client.ts'
import { go, type Place, queryOf } from '../location/index.ts'
import { Button } from '../parts/button.tsx'
import { Menu, MenuRadio } from '../parts/menu.tsx'
import { useText } from '../text/index.tsx'

const KNOWN = ['level', 'server', 'source', 'tool', 'status', 'client', 'logger'] as const
/** What is in objects and lists has names of its own. */
const MAX_ATTRIBUTES = 60

export const ByMenu = ({ place }: { place: Place }) => {
  const t = useText().histogram
  return (
    <Menu
      trigger={
        <Button plain title={t.by} className="max-w-full text-[11px] text-dim">
          <span className="truncate">{t.splitBy(visible(place.by))}</span> <span aria-hidden="true">▾</span>
        </Button>
      }
    >
      <Choices place={place} />
    </Menu>
  )
}

/** Asks for attributes only when the menu is open. */
const Choices = ({ place }: { place: Place }) => {
  const q = queryOf(place)
  const { data } = useQuery({
    queryKey: ['fields', q],
    queryFn: ({ signal }) =>
      ask((hub) => hub.GET('/fields', { params: { query: q === '' ? {} : { q } }, signal })),
    staleTime: 30_000,
  })
  const attributes = (data?.fields ?? [])
    .filter(({ name, types }) => name.startsWith('@') && !types.includes('object'))
    .map(({ name }) => name)
  const fields = [...new Set([...KNOWN, ...attributes.slice(0, MAX_ATTRIBUTES), place.by])]
  return (
    <MenuRadio
      closes
      value={place.by}
      onChange={(by) => go({ by })}
      options={fields.map((field) => ({ value: field, label: visible(field) }))}
    />
  )
}
