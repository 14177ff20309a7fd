/** `logboom demo`: a four-server app behind taps, its merged stream, a summary, and what to try next. */
import { realpathSync } from 'node:fs'
import path from 'node:path'
import { runDemo } from '../../demo/index.ts'
import { programOf } from '../../demo/next-steps.ts'
import type { Context } from '../context.ts'
import { type CommonOptions, useColor } from '../options.ts'

export interface DemoOptions extends Pick<CommonOptions, 'color'> {
  /** End after the summary instead of following. */
  once?: boolean
}

/** Where the demo lives: always its own place, whatever home the user has set. */
const HOME = '.demo'

export const run = async (options: DemoOptions, context: Context): Promise<void> => {
  const width = context.out.isTTY ? context.out.columns() : undefined
  const invokedAs = process.argv[1] ?? ''
  const cli = realpathSync(invokedAs)
  process.exitCode = await runDemo({
    once: options.once === true,
    home: path.resolve(HOME),
    cli,
    program: programOf(invokedAs, cli),
    color: useColor(options.color, context),
    ...(width === undefined ? {} : { width }),
    write: context.out.write,
    openStore: context.openStore,
    signal: context.signal,
  })
}
