/** Why there is no story: it is loading, it is gone, or the hub is. */
import { ApiError } from '../api/client.ts'
import { Problem } from '../parts/problem.tsx'
import { useText } from '../text/index.tsx'

export const NotThere = ({ error, retry }: { error: unknown; retry: () => void }) => {
  const text = useText()
  if (error === null) return <p className="text-dim">{text.parts.loading}</p>
  if (error instanceof ApiError && error.status === 404)
    return (
      <div role="alert">
        <p className="font-semibold">{text.call.notFound}</p>
        <p className="text-dim">{text.call.notFoundWhy}</p>
      </div>
    )
  return <Problem error={error} retry={retry} />
}
