/** The record as it is: its JSON. */
import type { LogRecord } from '../api/client.ts'
import { Button } from '../parts/button.tsx'
import { CopyButton } from '../parts/copy.tsx'
import { LogLines } from '../parts/log-text.tsx'
import { useText } from '../text/index.tsx'
import { jsonOf } from './copies.ts'

const download = (name: string, text: string): void => {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}

export const Json = ({ record }: { record: LogRecord }) => {
  const t = useText().record
  const json = jsonOf(record)
  return (
    <>
      <div className="mt-2 flex gap-1.5">
        <CopyButton text={() => json}>{t.copyJsonNow}</CopyButton>
        <Button onClick={() => download(`record-${record.id}.json`, `${json}\n`)}>{t.download}</Button>
      </div>
      <pre className="mt-2 rounded-md border border-line bg-bg px-2.5 py-1.5">
        <LogLines text={json} masks={record.redacted !== undefined} />
      </pre>
    </>
  )
}
