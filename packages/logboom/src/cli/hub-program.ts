/** What every hub that a command starts is told of this program. */
import { realpathSync } from 'node:fs'
import path from 'node:path'
import packageJson from '../../package.json' with { type: 'json' }
import type { HubSettings } from '../hub.ts'
import { readPageFiles } from '../page/index.ts'
import { runSideScript } from '../platform/index.ts'
import type { Context } from './context.ts'
import { asLogboomError, errorText } from './errors.ts'
import { re2 } from './regex.ts'

export const DEFAULT_HOST = '127.0.0.1'

/** The built command line, absolute. */
export const mainFile = (): string => realpathSync(process.argv[1] ?? '')

type Shared = Pick<HubSettings, 'command' | 'regex' | 'version' | 'page' | 'onError'>

export const hubProgram = ({ note }: Context): Shared => ({
  command: [process.execPath, mainFile()],
  regex: re2,
  version: packageJson.version,
  page: readPageFiles(),
  onError: (error) => note(errorText(asLogboomError(error)).trimEnd()),
})

/** Starts the demo's app against a home; it lies beside the command line. */
export const demoOf = (home: string): NonNullable<HubSettings['demo']> => {
  const main = mainFile()
  const script = path.join(path.dirname(main), '..', 'demo', 'beside.js')
  return (signal) => runSideScript(script, [home, main], signal)
}
