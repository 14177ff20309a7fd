/** `logboom demo`: a four-server app behind taps, its merged stream, a summary, and what to try next. */
import path from 'node:path'
import { LogboomError } from '@logboom/sdk/errors'
import { type DemoHub, runDemo } from '../../demo/index.ts'
import { programOf } from '../../demo/next-steps.ts'
import { startHub } from '../../hub.ts'
import { openBrowser } from '../../platform/index.ts'
import type { Context } from '../context.ts'
import { DEFAULT_HOST, hubProgram, mainFile } from '../hub-program.ts'
import { type CommonOptions, useColor } from '../options.ts'
import { DEFAULT_PORT } from '../port.ts'

export interface DemoOptions extends Pick<CommonOptions, 'color'> {
  /** End after the summary instead of following. */
  once?: boolean
  open?: boolean
}

/** Where the demo lives: always its own place, whatever home the user has set. */
const HOME = '.demo'

export const run = async (options: DemoOptions, context: Context): Promise<void> => {
  const width = context.out.isTTY ? context.out.columns() : undefined
  const invokedAs = process.argv[1] ?? ''
  const cli = mainFile()
  process.exitCode = await runDemo({
    once: options.once === true,
    home: path.resolve(HOME),
    cli,
    program: programOf(invokedAs, cli),
    color: useColor(options.color, context),
    ...(width === undefined ? {} : { width }),
    write: context.out.write,
    openStore: context.openStore,
    // What ends at once has no page to look at.
    ...(options.once === true ? {} : { startHub: (home) => startDemoHub(home, options, context) }),
    signal: context.signal,
  })
}

/** At the usual port, or at any free one where that is taken: by the user's own hub, say. */
const startDemoHub = async (home: string, { open }: DemoOptions, context: Context): Promise<DemoHub> => {
  const at = (port: number) => startHub({ home, host: DEFAULT_HOST, port, ...hubProgram(context) })
  const hub = await at(DEFAULT_PORT).catch((error: unknown) => {
    if (error instanceof LogboomError && error.code === 'LB_HUB_RUNNING') return at(0)
    throw error
  })
  if (open === true) openBrowser(hub.url)
  return hub
}
