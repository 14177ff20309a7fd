/** What sends messages, whichever way: `datagrams.ts`, `stream.ts`. */
import { SinkError } from '../errors.ts'
import type { SyslogSettings } from './options.ts'

export interface Wire {
  /** One attempt. @throws SinkError */
  send(messages: readonly Buffer[], signal: AbortSignal | undefined): Promise<void>
  /** Sends what is under way, and frees. */
  close(timeoutMs: number): Promise<void>
}

/** The receiver in words; nothing of it is secret. */
export const describe = ({ protocol, host, port }: SyslogSettings): string =>
  `syslog at ${host}:${port} (${protocol})`

export const codeOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : 'no reason given'
}

/**
 * Ends with the task, or as soon as nobody waits for it or its time is over; then `giveUp` frees what it holds.
 * @throws SinkError retryable when the time was over
 */
export const bounded = async <T>(
  settings: SyslogSettings,
  signal: AbortSignal | undefined,
  task: Promise<T>,
  giveUp: () => void,
): Promise<T> => {
  let stop: ((reason: SinkError) => void) | undefined
  const stopped = new Promise<never>((_, reject) => {
    stop = reject
  })
  const end = (why: string): void => {
    giveUp()
    stop?.(new SinkError(`${describe(settings)}: ${why}`, { retryable: true }))
  }
  const late = (): void => end(`not taken in ${settings.timeoutMs} ms`)
  const unwanted = (): void => end('nobody waits any more')
  const timer = setTimeout(late, settings.timeoutMs)
  signal?.addEventListener('abort', unwanted)
  if (signal?.aborted) unwanted()
  // It may fail after it was given up, when nobody listens.
  task.catch(() => undefined)
  try {
    return await Promise.race([task, stopped])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', unwanted)
  }
}
