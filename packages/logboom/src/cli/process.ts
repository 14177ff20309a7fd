/** The process around a command: its streams, signals and exit code. */
import { isatty } from 'node:tty'
import { LogboomError } from '@logboom/sdk/errors'
import type { Context, StopReason } from './context.ts'
import { asLogboomError, errorText } from './errors.ts'
import { createOutput } from './output.ts'
import { createProgress } from './progress.ts'

const INTERRUPTED = 130

/** Tells an error on stderr and sets the exit code it stands for. */
export const fail = (error: unknown, json: boolean): void => {
  const known = asLogboomError(error)
  const columns = process.stderr.columns
  process.stderr.write(errorText(known, { json, ...(columns === undefined ? {} : { columns }) }))
  if (known.code === 'LB_INTERNAL' && process.env.LOGBOOM_DEBUG === '1' && known.cause instanceof Error) {
    process.stderr.write(`${known.cause.stack}\n`)
  }
  process.exitCode = known.exitCode
}

/** True if `--json` was asked for, told without parsing: parsing may be what fails. */
const wantsJson = (argv: readonly string[]): boolean => {
  const end = argv.indexOf('--')
  return (end === -1 ? argv : argv.slice(0, end)).includes('--json')
}

/** Runs any command but `tap` in this process. */
export const runInProcess = async (argv: readonly string[]): Promise<void> => {
  const stop = new AbortController()
  let failure: Error | undefined
  const context: Context = {
    out: createOutput(process.stdout, (error) => {
      failure = error
      stop.abort('pipe' satisfies StopReason)
    }),
    note: (text) => void process.stderr.write(`${text}\n`),
    progress: createProgress({
      isTTY: process.stderr.isTTY === true,
      write: (text) => void process.stderr.write(text),
      columns: () => process.stderr.columns,
      now: () => performance.now(),
    }),
    interactive: isatty(0) && isatty(1),
    env: process.env,
    now: Date.now,
    signal: stop.signal,
    openStore: async (home) => {
      const [{ openStore }, { re2 }, { giveWay }] = await Promise.all([
        import('../ingest/open-store.ts'),
        import('./regex.ts'),
        import('../platform/index.ts'),
      ])
      const { note, progress } = context
      return openStore({ home, regex: re2, note, progress, giveWay })
    },
    openFiles: async (files) => {
      const [{ openFileStore }, { re2 }] = await Promise.all([
        import('../store/files/index.ts'),
        import('./regex.ts'),
      ])
      return openFileStore({ files, regex: re2, note: context.note })
    },
  }
  // Once: who interrupts again means it, and Node's own handling ends the process.
  process.once('SIGINT', () => {
    process.exitCode = INTERRUPTED
    stop.abort('interrupt' satisfies StopReason)
  })
  process.stderr.on('error', () => {})
  try {
    const { runProgram } = await import('./program.ts')
    await runProgram(argv, context)
  } catch (error) {
    context.progress.end()
    // What a command throws because it was told to stop is not news.
    if (!stop.signal.aborted || error instanceof LogboomError) fail(error, wantsJson(argv))
  }
  context.progress.end()
  if (failure !== undefined) fail(failure, wantsJson(argv))
  if (stop.signal.reason === 'interrupt') process.exitCode = INTERRUPTED
}
