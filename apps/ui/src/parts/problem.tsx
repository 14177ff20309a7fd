/** Why something is not shown: what the hub said, and what to do. */
import { ApiError } from '../api/client.ts'
import { useText } from '../text/index.tsx'
import { Button } from './button.tsx'

export const Problem = ({ error, retry }: { error: unknown; retry?: () => void }) => {
  const t = useText().parts
  const known = error instanceof ApiError ? error : undefined
  return (
    <div role="alert" className="m-3 rounded-md border border-error px-3 py-2">
      {known?.code === 'OFFLINE' ? (
        <p>{t.offline}</p>
      ) : (
        <p>
          <b className="text-error">{t.failed}</b> {known?.message ?? String(error)}
        </p>
      )}
      {known?.hint !== undefined && <p className="text-dim">{known.hint}</p>}
      {retry !== undefined && (
        <Button className="mt-2" onClick={retry}>
          {t.retry}
        </Button>
      )}
    </div>
  )
}
