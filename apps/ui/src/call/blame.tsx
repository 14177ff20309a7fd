/** Who failed, by which rule, and the evidence. */
import { go } from '../location/index.ts'
import { Button } from '../parts/button.tsx'
import { LogLines, LogText } from '../parts/log-text.tsx'
import { useText } from '../text/index.tsx'
import { entryId } from './entry.tsx'
import type { Blame } from './story.ts'

/** In the story, or where it is no part of it, beside. */
const show = (record: string): void => {
  const entry = document.getElementById(entryId(record))
  if (entry === null) go({ record, call: undefined })
  entry?.scrollIntoView({ block: 'center' })
  entry?.focus()
}

export const BlameBox = ({ blame: { party, rule, detail, record } }: { blame: Blame }) => {
  const t = useText().call
  return (
    <section aria-label={t.blame} className="rounded-md border border-error px-2.5 py-1.5">
      <p>
        <b className="text-error">{t.parties[party]}</b> {t.rules[rule] ?? <LogText text={rule} />}
      </p>
      {detail !== undefined && (
        <p className="mono break-words [overflow-wrap:anywhere]">
          <LogLines text={detail} />
        </p>
      )}
      <div className="flex items-center justify-between text-[11.5px] text-dim">
        <span>{t.rule(rule)}</span>
        {record !== undefined && (
          <Button plain className="h-5 text-accent" onClick={() => show(record)}>
            {t.evidence}
          </Button>
        )}
      </div>
    </section>
  )
}
