/** `npm start`: the demo, its hub and its page. */

import { tempDir } from './home.ts'
import { type OpenSettings, openPage } from './page.ts'
import { MAIN, NODE, start } from './process.ts'
import { waitFor } from './wait.ts'

/** Runs the demo until its story is over; it goes on following until the test ends. The address of its page. */
export const startDemo = async (): Promise<string> => {
  const home = tempDir()
  const demo = start([NODE, MAIN, 'demo'], { cwd: home, env: { LOGBOOM_HOME: home, XDG_DATA_HOME: home } })
  const said = (): string => demo.stdout().toString()
  await waitFor(
    'the end of the demo’s story',
    () => {
      if (demo.child.exitCode !== null) throw new Error(demo.stderr().toString())
      return said().includes('Try next')
    },
    60_000,
  )
  const url = /Look at it: (http:\/\/\S+?)\/\s/.exec(said())?.[1]
  if (url === undefined) throw new Error(`the demo does not say where its page is:\n${said()}`)
  return url
}

export const openDemo = async (settings: OpenSettings = {}) => openPage(await startDemo(), settings)
