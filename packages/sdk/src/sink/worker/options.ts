/** What a pool of worker threads is made of. */
import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { ResourceLimits } from 'node:worker_threads'
import { LogboomError } from '../../errors/index.ts'
import { checkOptions, kinds, optional } from '../../errors/options.ts'

export interface WorkerSinkOptions {
  /** Threads at most; each starts when there is work for it. @default 4 */
  threads?: number
  /** Given to the module's `createSink` in each thread, as a copy (structured clone). */
  data?: unknown
  /**
   * Milliseconds for one attempt at a batch. A thread that has not answered then hangs: it is ended, and another takes its place. To
   * start, a thread has as long, and at least half a minute.
   * @default 30_000
   */
  attemptMs?: number
  /** How often a batch is offered at most while it ends its thread or makes it hang, the first time included. @default 3 */
  attempts?: number
  /** Bounds on the memory of each thread, in MiB. A thread that exceeds them dies, not the process. @default those of the process */
  resourceLimits?: ResourceLimits
  /** Told whenever a thread died, hung or could not start, also when its batch is tried again; what it throws is ignored. */
  onError?: (error: Error) => void
}

export interface WorkerSettings {
  /** What a thread imports. */
  href: string
  threads: number
  data: unknown
  attemptMs: number
  attempts: number
  resourceLimits: ResourceLimits | undefined
  onError: (error: Error) => void
}

const cloneable = (value: unknown): boolean => {
  try {
    structuredClone(value)
    return true
  } catch {
    return false
  }
}

const positiveOrNone = (value: unknown): boolean => value === undefined || kinds.positive.holds(value)

const limits = {
  words: 'an object of numbers above 0, in MiB',
  holds: (value: unknown): boolean =>
    kinds.table.holds(value) && Object.values(value as object).every(positiveOrNone),
}

/** The address to import; the options' own checks do not see it, as it is an argument of its own. */
const readModule = (module: unknown): string => {
  const refuse = (problem: string, hint: string): never => {
    throw new LogboomError('LB_SINK_OPTIONS', `workerSink: the option "module" ${problem}`, { hint })
  }
  const isUrl = module instanceof URL || (typeof module === 'string' && /^(file|data):/i.test(module))
  if (!isUrl && (typeof module !== 'string' || module === ''))
    return refuse(
      'is not what it has to be',
      "It has to be a path or a URL: new URL('./handler.js', import.meta.url).",
    )
  if (isUrl && !URL.canParse(String(module)))
    return refuse('is not what it has to be', 'It has to be a URL that can be read.')
  const url = isUrl ? new URL(String(module)) : pathToFileURL(String(module))
  if (url.protocol === 'data:') return url.href
  if (url.protocol !== 'file:')
    return refuse('is not what it has to be', 'It has to be a path, or a URL of a file.')
  // What stands behind the path makes another module of the same file, as in an import.
  if (!existsSync(new URL(url.pathname, url)))
    return refuse('names a file that does not exist', `There is no ${url.href}.`)
  return url.href
}

/** @throws LogboomError LB_SINK_OPTIONS naming the option */
export const readOptions = (module: unknown, options: WorkerSinkOptions): WorkerSettings => {
  checkOptions('workerSink', options, {
    threads: optional(kinds.count),
    data: { words: 'what can be copied to a thread (structured clone)', holds: cloneable },
    attemptMs: optional(kinds.positive),
    attempts: optional(kinds.count),
    resourceLimits: optional(limits),
    onError: optional(kinds.callback),
  })
  return {
    href: readModule(module),
    threads: options.threads ?? 4,
    data: options.data,
    attemptMs: options.attemptMs ?? 30_000,
    attempts: options.attempts ?? 3,
    resourceLimits: options.resourceLimits,
    onError: (error) => {
      try {
        options.onError?.(error)
      } catch {
        // Whoever listens has no say in what becomes of the batch.
      }
    },
  }
}
