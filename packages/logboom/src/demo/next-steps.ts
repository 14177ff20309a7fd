/** What the demo says at its end: where things are, and commands and a configuration that work when pasted. */
import path from 'node:path'
import { tapped } from './servers.ts'

export interface NextStepsSettings {
  home: string
  cli: string
  node: string
  /** How the user types this program. */
  program: string
  /** The demo goes on following, so that another server's logs appear in its stream. */
  following: boolean
  /** Where the page is that shows it. */
  page?: string
}

/** As a shell takes it. */
export const quote = (text: string): string => (/^[\w@%+=:,./\\-]+$/.test(text) ? text : `"${text}"`)

/** How the user can type this program: as they just did, but from any directory. */
export const programOf = (invokedAs: string, cli: string): string => {
  const asked = invokedAs.replaceAll('\\', '/')
  if (/\/node_modules\/(\.bin\/logboom|logboom\/)/.test(asked)) return 'npx logboom'
  if (path.posix.basename(asked) === 'logboom') return 'logboom'
  return `node ${quote(cli)}`
}

/** An `mcp.json` with one tapped server, for any MCP host. */
export const hostConfig = ({ home, cli, node }: NextStepsSettings): string => {
  const command = ['npx', '-y', '@modelcontextprotocol/server-everything']
  return JSON.stringify(
    { mcpServers: { 'my-server': tapped({ home, cli, node }, 'my-server', command) } },
    null,
    2,
  )
}

export const nextSteps = (settings: NextStepsSettings): string => {
  const { home, program, following, page } = settings
  const at = `--home ${quote(home)}`
  return `Where things are
  home      ${home}
  journals  ${path.join(home, 'journal')}
  servers   ${path.join(home, 'mcp.json')}

Look at it: ${page ?? `${program} up ${at} --open`}

Try next${following ? ', in another terminal' : ''}
  ${program} calls ${at} "status:error"
  ${program} query ${at} "server:database level:>=error"
  ${program} tail ${at} -n 20
  ${program} stats ${at}

Your own server: put this in your host's mcp.json (the last three arguments are your server's command)
${hostConfig(settings)}

${
  following
    ? 'Its logs then appear in this very stream. '
    : 'Start the demo without --once, and its logs appear in this very stream. '
}To keep your logs in your own home, leave out "--home" and the path after it.`
}
