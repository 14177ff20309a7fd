/** A call to take along: as a prompt, as JSON, as a query. */
import { termOf } from '../ask/filters.ts'
import { CopyButton } from '../parts/copy.tsx'
import { useText } from '../text/index.tsx'
import { GoLink } from './call-link.tsx'
import { promptOf } from './prompt.ts'
import type { Story } from './story.ts'
import { useMaybe } from './use-story.ts'

export const CopyButtons = ({ story, p95 }: { story: Story; p95: number | undefined }) => {
  const t = useText().call
  const maybe = useMaybe(story).data?.records.length ?? 0
  const query = termOf('call', story.call.id)
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <CopyButton text={() => promptOf(story, { p95, maybe, now: Date.now() })}>{t.copyPrompt}</CopyButton>
      <CopyButton text={() => JSON.stringify(story, null, 2)}>{t.copyJson}</CopyButton>
      <CopyButton text={() => query}>{t.copyQuery}</CopyButton>
      <GoLink
        to={{ view: 'stream', page: undefined, q: query, chips: [], since: undefined, until: undefined }}
        className="px-1 text-accent hover:underline"
      >
        {t.inStream}
      </GoLink>
    </div>
  )
}
