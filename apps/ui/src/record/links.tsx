/** Where a record leads: all of its trace, all of its run. */
import type { LogRecord } from '../api/client.ts'
import { termOf } from '../ask/filters.ts'
import { addressAt, type Change, go } from '../location/index.ts'
import { Link } from '../parts/link.tsx'
import { useText } from '../text/index.tsx'

/** Everything with one value: nothing else is asked with it, or it would not be everything. */
const allOf = (field: 'trace' | 'run', value: string): Change => ({
  view: 'stream',
  page: undefined,
  around: undefined,
  since: undefined,
  until: undefined,
  q: '',
  chips: [{ term: termOf(field, value), on: true }],
})

export const Links = ({ record: { call, traceId, run } }: { record: LogRecord }) => {
  const t = useText().record
  const ofTrace = traceId === undefined ? undefined : allOf('trace', traceId)
  const ofRun = allOf('run', run)
  return (
    <p className="mt-1.5 flex flex-wrap gap-x-4">
      {call !== undefined && call.attribution !== 'ambiguous' && (
        <Link href={addressAt({ call: call.id })} onFollow={() => go({ call: call.id })}>
          {t.showCall}
        </Link>
      )}
      {ofTrace !== undefined && (
        <Link href={addressAt(ofTrace)} onFollow={() => go(ofTrace)}>
          {t.showTrace}
        </Link>
      )}
      <Link href={addressAt(ofRun)} onFollow={() => go(ofRun)}>
        {t.showRun}
      </Link>
    </p>
  )
}
