/** A sink that is loaded with its first batch: most servers never need it. */
import type { Sink } from '../sink/types.ts'

/** The sink that `load` gives, from the first batch on; what `load` throws is each attempt's failure. */
export const lazySink = (load: () => Promise<Sink>): Sink => {
  let loading: Promise<Sink> | undefined
  const sink: Sink = async (batch, context) => {
    loading ??= load()
    const loaded = await loading
    await loaded(batch, context)
  }
  return Object.assign(sink, {
    flush: async (timeoutMs: number) => (await loading)?.flush?.(timeoutMs),
    close: async (timeoutMs: number) => (await loading)?.close?.(timeoutMs),
  })
}
