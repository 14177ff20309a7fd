/** The frame: what is asked on top, views and facets left, what is looked at in the middle, its details right, the promise below. */
import { useEffect, useRef } from 'react'
import { useSignedOut } from './api/signed-out.ts'
import { AskBox } from './ask/ask-box.tsx'
import { TimeRange } from './ask/time-range.tsx'
import { CallPage } from './call/call-page.tsx'
import { StoryPanel } from './call/story-panel.tsx'
import { Calls } from './calls/calls.tsx'
import { Facets } from './facets/facets.tsx'
import { KeyHelp } from './keys/help.tsx'
import { useKey } from './keys/index.ts'
import { go, type Place, usePlace } from './location/index.ts'
import { Boundary } from './parts/boundary.tsx'
import { Patterns } from './patterns/patterns.tsx'
import { RecordPanel } from './record/record-panel.tsx'
import { Servers } from './servers/servers.tsx'
import { Preferences } from './settings/preferences.tsx'
import { useTheme } from './settings/theme.ts'
import { StatusBar } from './status/status-bar.tsx'
import { LiveButton } from './stream/live-button.tsx'
import { Stream } from './stream/stream.tsx'
import { useText } from './text/index.tsx'
import { Tools } from './tools/tools.tsx'
import { Views, ViewsMenu } from './views.tsx'
import { SignIn } from './welcome/sign-in.tsx'

export const App = () => {
  const place = usePlace()
  const theme = useTheme()
  const t = useText().app
  const signedOut = useSignedOut()
  useEffect(() => {
    document.documentElement.dataset.theme = theme
  }, [theme])
  useViewKeys()
  const beside = place.record !== undefined || place.call !== undefined
  const main = useFocusKept(`${place.view} ${place.page ?? ''} ${beside}`)
  if (signedOut) return <SignIn />
  return (
    <div
      className={`grid h-full grid-rows-[48px_minmax(0,1fr)_26px] ${beside ? 'grid-cols-[minmax(0,1fr)_400px] min-[1280px]:grid-cols-[216px_minmax(0,1fr)_440px]' : 'grid-cols-[216px_minmax(0,1fr)]'}`}
    >
      <header className="col-span-full flex items-center gap-2.5 border-line border-b bg-panel px-3">
        <a href="#main" className="sr-only focus:not-sr-only focus:px-2">
          {t.skip}
        </a>
        <span className="font-semibold tracking-wide">
          <span aria-hidden="true" className="text-accent">
            ≋
          </span>{' '}
          {t.title}
        </span>
        {beside && <ViewsMenu />}
        <AskBox />
        <TimeRange />
        <LiveButton />
        <Preferences />
        <KeyHelp />
      </header>
      {/* In a narrow window the middle would have no room for messages beside both. */}
      <div
        className={`flex relative min-h-0 flex-col overflow-auto border-line border-r bg-panel px-2 py-2.5 ${beside ? 'max-[1279px]:hidden' : ''}`}
      >
        <Views />
        <Boundary>
          <Facets />
        </Boundary>
      </div>
      <main ref={main} id="main" tabIndex={-1} className="flex min-h-0 min-w-0 flex-col">
        <Boundary of={`${place.view} ${place.page ?? ''}`}>
          <Looked place={place} />
        </Boundary>
      </main>
      {beside && (
        <aside
          aria-label={t.details}
          className="relative min-h-0 overflow-auto border-line border-l bg-panel"
        >
          <Boundary of={`${place.record ?? ''} ${place.call ?? ''}`}>
            {place.call === undefined ? (
              <RecordPanel id={place.record ?? ''} />
            ) : (
              <StoryPanel id={place.call} />
            )}
          </Boundary>
        </aside>
      )}
      <StatusBar />
    </div>
  )
}

const Looked = ({ place }: { place: Place }) => {
  switch (place.view) {
    case 'calls':
      return place.page === undefined ? <Calls /> : <CallPage id={place.page} />
    case 'tools':
      return <Tools />
    case 'servers':
      return <Servers />
    case 'patterns':
      return <Patterns />
    default:
      return <Stream />
  }
}

/** Where what had the focus is gone with what was looked at before, the keys go on in the middle and not at the page's start. */
const useFocusKept = (looked: string) => {
  const main = useRef<HTMLElement>(null)
  const last = useRef<EventTarget>(null)
  useEffect(() => {
    const onFocus = (event: FocusEvent): void => {
      last.current = event.target
    }
    document.addEventListener('focusin', onFocus)
    return () => document.removeEventListener('focusin', onFocus)
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is looked at has changed
  useEffect(() => {
    const isGone = last.current instanceof Node && !last.current.isConnected
    if (isGone && document.activeElement === document.body) main.current?.focus()
  }, [looked])
  return main
}

const useViewKeys = (): void => {
  const { call, record } = usePlace()
  useKey('stream', () => go({ view: 'stream', page: undefined }))
  useKey('calls', () => go({ view: 'calls', page: undefined }))
  useKey('tools', () => go({ view: 'tools', page: undefined }))
  useKey('servers', () => go({ view: 'servers', page: undefined }))
  useKey('patterns', () => go({ view: 'patterns', page: undefined }))
  useKey(
    'back',
    () => go(call === undefined ? { record: undefined } : { call: undefined }),
    call !== undefined || record !== undefined,
  )
}
