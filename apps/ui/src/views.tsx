/** The views, as links: they open in a tab of their own as any link does. */
import { Menu as MenuIcon } from 'lucide-react'
import type { MouseEvent } from 'react'
import { addressAt, go, usePlace, VIEWS, type View } from './location/index.ts'
import { Button } from './parts/button.tsx'
import { Menu, MenuRadio } from './parts/menu.tsx'
import { useText } from './text/index.tsx'

const isPlainClick = (event: MouseEvent): boolean =>
  event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey

export const Views = () => {
  const place = usePlace()
  const t = useText().app
  return (
    <nav aria-label={t.navigation} className="flex flex-col">
      {VIEWS.map((view: View) => (
        <a
          key={view}
          href={addressAt({ view, page: undefined })}
          aria-current={place.view === view ? 'page' : undefined}
          className="rounded-md px-2 py-1 hover:bg-row aria-[current]:bg-row aria-[current]:font-semibold"
          onClick={(event) => {
            if (!isPlainClick(event)) return
            event.preventDefault()
            go({ view, page: undefined })
          }}
        >
          {t.views[view]}
        </a>
      ))}
    </nav>
  )
}

/** In a window too narrow for the links beside what is looked at and its details. */
export const ViewsMenu = () => {
  const { view } = usePlace()
  const t = useText().app
  return (
    <span className="min-[1280px]:hidden">
      <Menu
        trigger={
          <Button plain aria-label={t.navigation} title={t.navigation}>
            <MenuIcon size={14} aria-hidden="true" />
          </Button>
        }
      >
        <MenuRadio
          value={view}
          onChange={(next) => go({ view: next, page: undefined })}
          options={VIEWS.map((value) => ({ value, label: t.views[value] }))}
          closes
        />
      </Menu>
    </span>
  )
}
