/** One call, on a page of its own. */
import { useKey } from '../keys/index.ts'
import { go, usePlace } from '../location/index.ts'
import { LogText } from '../parts/log-text.tsx'
import { Problem } from '../parts/problem.tsx'
import { useText } from '../text/index.tsx'
import { GoLink } from './call-link.tsx'
import { NotThere } from './not-there.tsx'
import { StoryTitle, StoryView } from './story-view.tsx'
import { useStory } from './use-story.ts'

export const CallPage = ({ id }: { id: string }) => {
  const t = useText().call
  const { record, call } = usePlace()
  const { data, error, refetch } = useStory(id)
  useKey('back', () => go({ page: undefined }), record === undefined && call === undefined)
  return (
    <div className="@container relative min-h-0 flex-1 overflow-auto px-6 py-4">
      <GoLink to={{ view: 'calls', page: undefined }}>← {t.back}</GoLink>
      <h1 className="mt-1 mb-3 font-semibold text-[17px] leading-6">
        {data === undefined ? (
          <span className="mono break-all text-dim">
            <LogText text={id} />
          </span>
        ) : (
          <StoryTitle story={data} />
        )}
      </h1>
      {data === undefined ? (
        <NotThere error={error} retry={() => void refetch()} />
      ) : (
        <>
          {error !== null && <Problem error={error} retry={() => void refetch()} />}
          <StoryView key={id} story={data} room="page" />
        </>
      )}
    </div>
  )
}
