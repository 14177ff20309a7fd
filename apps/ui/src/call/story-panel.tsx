/** One call, beside what is looked at. */
import { Maximize2, X } from 'lucide-react'
import { go } from '../location/index.ts'
import { Button } from '../parts/button.tsx'
import { LogText } from '../parts/log-text.tsx'
import { Problem } from '../parts/problem.tsx'
import { useText } from '../text/index.tsx'
import { CallLink } from './call-link.tsx'
import { NotThere } from './not-there.tsx'
import { StoryTitle, StoryView } from './story-view.tsx'
import { useStory } from './use-story.ts'

export const StoryPanel = ({ id }: { id: string }) => {
  const t = useText().call
  const { data, error, refetch } = useStory(id)
  return (
    <div className="px-3.5 py-3">
      <div className="mb-2 flex items-start gap-2">
        <h2 className="min-w-0 flex-1 font-semibold text-[15px] leading-[22px]">
          {data === undefined ? (
            <span className="mono break-all text-dim">
              <LogText text={id} />
            </span>
          ) : (
            <StoryTitle story={data} />
          )}
        </h2>
        <CallLink
          id={id}
          room="page"
          title={t.page}
          className="inline-flex size-6 items-center justify-center rounded-md hover:bg-row"
        >
          <Maximize2 size={14} aria-hidden="true" />
          <span className="sr-only">{t.page}</span>
        </CallLink>
        <Button plain aria-label={t.close} title={t.close} onClick={() => go({ call: undefined })}>
          <X size={15} aria-hidden="true" />
        </Button>
      </div>
      {data === undefined ? (
        <NotThere error={error} retry={() => void refetch()} />
      ) : (
        <>
          {error !== null && <Problem error={error} retry={() => void refetch()} />}
          <StoryView key={id} story={data} room="panel" />
        </>
      )}
    </div>
  )
}
