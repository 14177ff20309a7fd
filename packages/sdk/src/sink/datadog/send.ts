/** One request to Datadog's log intake. */
import { post } from '../http/post.ts'
import type { DatadogSettings } from './options.ts'

/** 202 means taken as a whole. */
export const sendEntries = async (
  entries: readonly string[],
  settings: DatadogSettings,
  signal: AbortSignal | undefined,
): Promise<void> => {
  await post(`[${entries.join(',')}]`, settings.request, signal)
}
