/** How a call ended: what it answered in words, and all of it. */
import type { LogRecord } from '../api/client.ts'
import { formatBytes } from '../parts/format.ts'
import { Outcome, type Status } from '../parts/outcome.tsx'
import { useText } from '../text/index.tsx'
import { Block, JsonBlock } from './block.tsx'
import { textsOf } from './story.ts'

export const Answer = ({ record, status }: { record: LogRecord; status: Status }) => {
  const t = useText().call
  const { result, error } = record.attributes
  const redacted = record.redacted !== undefined
  const texts = textsOf(result)
  const color = status === 'ok' ? undefined : '--error'
  return (
    <>
      <Outcome status={status} />
      {texts.map((text, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a result never change places
        <Block key={index} text={text} redacted={redacted} color={color} framed />
      ))}
      {texts.length > 0 && (
        <details>
          <summary className="w-fit cursor-pointer text-accent">{t.wholeAnswer}</summary>
          <JsonBlock value={result} redacted={redacted} />
        </details>
      )}
      {texts.length === 0 && result !== undefined && <JsonBlock value={result} redacted={redacted} />}
      {error !== undefined && <JsonBlock value={error} redacted={redacted} />}
      {result === undefined && error === undefined && (
        <Block text={record.message} redacted={redacted} color={color} />
      )}
      {record.truncated !== undefined && (
        <p className="text-dim">{t.answerCut(formatBytes(record.truncated))}</p>
      )}
    </>
  )
}
