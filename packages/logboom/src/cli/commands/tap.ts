/** `logboom tap`: reads its few options and becomes the tap. Loads nothing of the other commands. */
import { runTap } from '../../capture/tap/index.ts'
import { homeDirectory } from '../../platform/index.ts'
import { parseTapArgs, type TapArgs } from '../tap-args.ts'

/** Runs the tap with what follows `logboom tap`; this process then ends as the server ended. */
export const run = async (argv: readonly string[]): Promise<void> => {
  let tap: TapArgs
  try {
    tap = parseTapArgs(argv)
  } catch (error) {
    const { fail } = await import('../process.ts')
    fail(error, false)
    return
  }
  const { server, command, args } = tap
  const home = homeDirectory(tap.home === undefined ? {} : { flag: tap.home })
  await runTap({ server, home, command, args })
}
