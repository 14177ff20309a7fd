/** One push, and what its answer means. */
import { type Explanation, type PostAnswer, post } from '../http/post.ts'
import { encodePush, type LokiEntry } from './encode.ts'
import type { LokiSettings } from './options.ts'

const MAX_REASON = 200

/** With 400 Loki has stored what it did not ignore, and says how many that was: not which. */
const explain = ({ status, body }: PostAnswer): Explanation => {
  const reason = body.replaceAll(/\s+/g, ' ').trim().slice(0, MAX_REASON)
  if (status !== 400) return { reason }
  const ignored = [...body.matchAll(/total ignored: (\d{1,9}) out of \d/g)]
  if (ignored.length === 0) return { reason }
  return { reason, rejectedCount: ignored.reduce((sum, [, count]) => sum + Number(count), 0) }
}

export const pushEntries = async (
  entries: readonly LokiEntry[],
  settings: LokiSettings,
  signal: AbortSignal | undefined,
): Promise<void> => {
  await post(encodePush(entries), { ...settings.request, explain }, signal)
}
