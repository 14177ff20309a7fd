/** Where Logboom keeps its data. */
import { homedir } from 'node:os'
import { posix, resolve, win32 } from 'node:path'
import process from 'node:process'
import { currentOs, type Os } from './os.ts'

export interface HomeSettings {
  /** Value of `--home`. */
  flag?: string
  /** Default: the environment of this process. */
  env?: Readonly<Record<string, string | undefined>>
  /** Default: this machine's. */
  os?: Os
  /** The user's own directory. Default: this user's. */
  user?: string
}

/**
 * The home directory: `--home`, else `LOGBOOM_HOME`, else the platform's place for an application's data:
 * `$XDG_DATA_HOME/logboom` or `~/.local/share/logboom`, `~/Library/Application Support/logboom`,
 * `%LOCALAPPDATA%\logboom`. An empty value counts as not given; a relative `XDG_DATA_HOME` is ignored, as its
 * specification asks. It is not made here.
 *
 * @example homeDirectory({ flag: './logs' }) // '/srv/app/logs'
 */
export const homeDirectory = (settings: HomeSettings = {}): string => {
  const env = settings.env ?? process.env
  const chosen = settings.flag || env.LOGBOOM_HOME
  if (chosen) return resolve(chosen)
  const user = settings.user ?? homedir()
  switch (settings.os ?? currentOs()) {
    case 'win32':
      return win32.join(env.LOCALAPPDATA || win32.join(user, 'AppData', 'Local'), 'logboom')
    case 'darwin':
      return posix.join(user, 'Library', 'Application Support', 'logboom')
    case 'linux': {
      const data = env.XDG_DATA_HOME
      return posix.join(
        data && posix.isAbsolute(data) ? data : posix.join(user, '.local', 'share'),
        'logboom',
      )
    }
  }
}
