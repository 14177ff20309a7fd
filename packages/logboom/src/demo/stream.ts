/** The live stream of the demo: prints what the store tells, and lets the workflow wait for what it should have told. */
import type { LogRecord } from '@logboom/sdk/record'
import type { Store } from '../store/contract.ts'

export interface LiveStream {
  /** Everything printed so far. */
  records: readonly LogRecord[]
  /** Resolves true when the test holds for what was printed, false when `timeoutMs` passed first. */
  until(test: (records: readonly LogRecord[]) => boolean, timeoutMs: number): Promise<boolean>
  /** Resolves when the stream has ended, by its signal; rejects if it broke. */
  ended: Promise<void>
}

export interface LiveStreamSettings {
  store: Pick<Store, 'follow'>
  print: (record: LogRecord) => Promise<void>
  signal: AbortSignal
}

/** Follows the store from its first record on. */
export const startStream = ({ store, print, signal }: LiveStreamSettings): LiveStream => {
  const records: LogRecord[] = []
  const waiting = new Set<() => void>()

  const follow = async (): Promise<void> => {
    for await (const record of store.follow({ signal })) {
      records.push(record)
      await print(record)
      for (const look of waiting) look()
    }
  }

  return {
    records,
    ended: follow(),
    until: (test, timeoutMs) =>
      new Promise((resolve) => {
        const end = (held: boolean): void => {
          waiting.delete(look)
          clearTimeout(timer)
          signal.removeEventListener('abort', give)
          resolve(held)
        }
        const look = (): void => {
          if (test(records)) end(true)
        }
        const give = (): void => end(false)
        const timer = setTimeout(give, timeoutMs)
        signal.addEventListener('abort', give)
        waiting.add(look)
        look()
        if (signal.aborted) give()
      }),
  }
}
