/** A pattern: what is fixed as text, what varies as a quiet place. */
import { Fragment } from 'react'
import { LogText } from '../parts/log-text.tsx'
import { useText } from '../text/index.tsx'

export const PatternText = ({
  pattern,
  mark,
  masks,
}: {
  pattern: string
  mark: string
  /** See `LogText`. */
  masks: boolean
}) => {
  const t = useText().patterns
  return pattern.split('<*>').map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: parts of one pattern never change places
    <Fragment key={index}>
      {index > 0 && (
        <span title={t.varies} className="mx-px rounded-xs bg-row px-1 text-dim">
          <span aria-hidden="true">⋯</span>
          <span className="sr-only">{t.varies}</span>
        </span>
      )}
      <LogText text={part} mark={mark} masks={masks} />
    </Fragment>
  ))
}
