/**
 * One place for a worker thread: starts one when there is something to ask, asks it, and notices when it dies or hangs. Knows
 * nothing of servers and of trying again.
 *
 * A thread keeps the process alive while it owes an answer that somebody waits for, and only then.
 */
import { Worker } from 'node:worker_threads'
import type { LogRecord } from '../../record/index.ts'
import { type Reject, SinkError } from '../errors.ts'
import { within } from '../within.ts'
import { BOOT } from './boot.ts'
import type { WorkerSettings } from './options.ts'

/** Native code may hold a thread that is told to end; then it is left behind. */
const END_MS = 1000
/** A thread starts no sooner because its batches are quick. */
const START_MS = 30_000

/** What a handler threw, as it came over. */
export interface Failure {
  message: string
  retryable?: boolean
  retryAfterMs?: number
  rejectedCount?: number
  rejects?: Reject[]
}

/**
 * `answered`: the handler has, maybe with a failure. `unusable`: the module does not load, the handler was never asked. `died`: the
 * thread ended or hung; nobody knows what became of the question.
 */
export type Outcome =
  | { kind: 'answered'; failure: Failure | undefined }
  | { kind: 'unusable' | 'died'; why: string }

type Question =
  | { what: 'load' }
  | { what: 'batch'; batch: readonly LogRecord[] }
  | { what: 'flush' | 'close'; timeoutMs: number }

export interface Thread {
  running(): boolean
  /** Deaths and failed starts since the last answer. */
  deaths(): number
  /** Hands a batch to the handler, starting the thread where none runs. Never rejects. */
  offer(batch: readonly LogRecord[], signal: AbortSignal): Promise<Outcome>
  /** Lets go what the handler itself holds, or its time be over; nothing where no thread runs. */
  finish(what: 'flush' | 'close', timeoutMs: number): Promise<Outcome | undefined>
  /** Ends it, whatever it does. */
  end(why: string): Promise<void>
}

/** What a handler threw, for the caller: anything but a `SinkError` is final. */
export const toSinkError = ({ message, ...details }: Failure): SinkError => new SinkError(message, details)

interface Life {
  ask(question: Question, timeoutMs: number, signal?: AbortSignal): Promise<Outcome>
  end(why: string): Promise<void>
}

/** A thread from its start to its death, of which `onDeath` is told once. */
const startLife = (settings: WorkerSettings, onDeath: (why: string) => void): Life => {
  const worker = new Worker(BOOT, {
    name: 'logboom',
    workerData: { href: settings.href, data: settings.data },
    ...(settings.resourceLimits === undefined ? {} : { resourceLimits: settings.resourceLimits }),
  })
  const open = new Map<number, (outcome: Outcome) => void>()
  /** Questions whose answers somebody waits for. */
  const awaited = new Set<number>()
  let last = 0
  let death: string | undefined

  const die = (why: string): void => {
    if (death !== undefined) return
    death = why
    onDeath(why)
    for (const settle of open.values()) settle({ kind: 'died', why })
  }

  const end = async (why: string): Promise<void> => {
    die(why)
    await within(worker.terminate(), END_MS)
  }

  worker.on('message', (message: { logboom?: number; failure?: Failure } | null) => {
    if (typeof message?.logboom !== 'number') return
    open.get(message.logboom)?.({ kind: 'answered', failure: message.failure })
  })
  worker.on('messageerror', () => undefined)
  // An error that nobody listens to would end the process.
  worker.on('error', (error: unknown) => die(error instanceof Error ? error.message : String(error)))
  worker.on('exit', (code) => die(`it ended with exit code ${code}`))

  return {
    end,
    ask: (question, timeoutMs, signal) =>
      new Promise((resolve) => {
        if (death !== undefined) return resolve({ kind: 'died', why: death })
        last += 1
        const id = last
        const letGo = (): void => {
          awaited.delete(id)
          if (awaited.size === 0) worker.unref()
        }
        const abort = (): void => {
          worker.postMessage({ id, what: 'abort' })
          letGo()
        }
        const settle = (outcome: Outcome): void => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', abort)
          open.delete(id)
          letGo()
          resolve(outcome)
        }
        // Where this process was too busy to hear an answer that is there already, it hears it before the check.
        const late = (): void =>
          void setImmediate(() => {
            if (!open.has(id)) return
            if (question.what === 'load' || question.what === 'batch')
              void end(`it did not answer in ${timeoutMs} ms`)
            else settle({ kind: 'answered', failure: undefined })
          })
        const timer = setTimeout(late, timeoutMs).unref()
        open.set(id, settle)
        awaited.add(id)
        worker.ref()
        signal?.addEventListener('abort', abort, { once: true })
        try {
          worker.postMessage({ id, ...question })
        } catch (error) {
          settle({ kind: 'answered', failure: { message: `the batch cannot be copied: ${String(error)}` } })
        }
      }),
  }
}

export const createThread = (settings: WorkerSettings): Thread => {
  const { attemptMs, onError } = settings
  let life: Life | undefined
  let dying: Promise<void> = Promise.resolve()
  let deaths = 0
  let ended: string | undefined

  const note = (why: string): void => {
    deaths += 1
    if (ended === undefined) onError(new Error(`workerSink: a worker thread ended: ${why}`))
  }

  const start = async (signal: AbortSignal): Promise<Life | Outcome> => {
    await dying
    if (ended !== undefined) return { kind: 'died', why: ended }
    let begun: Life
    try {
      begun = startLife(settings, (why) => {
        life = undefined
        // A thread that hangs is only told to end: the next one waits until it has.
        dying = begun.end(why)
        note(why)
      })
    } catch (error) {
      const why = `a thread cannot be started: ${error instanceof Error ? error.message : String(error)}`
      note(why)
      return { kind: 'unusable', why }
    }
    life = begun
    const loaded = await begun.ask({ what: 'load' }, Math.max(attemptMs, START_MS), signal)
    if (loaded.kind !== 'answered') return loaded
    if (loaded.failure === undefined) return begun
    const why = `the option "module" cannot be used: ${loaded.failure.message}`
    await begun.end(why)
    return { kind: 'unusable', why }
  }

  return {
    running: () => life !== undefined,
    deaths: () => deaths,
    async offer(batch, signal) {
      const ready = life ?? (await start(signal))
      if ('kind' in ready) return ready
      const outcome = await ready.ask({ what: 'batch', batch }, attemptMs, signal)
      if (outcome.kind === 'answered') deaths = 0
      else await dying
      return outcome
    },
    async finish(what, timeoutMs) {
      return life?.ask({ what, timeoutMs }, timeoutMs)
    },
    async end(why) {
      ended = why
      await life?.end(why)
      await dying
    },
  }
}
