/** The demo's four servers, each started behind a real tap: what an `mcp.json` of a real app would say. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'

export const SERVERS = ['api-gateway', 'analytics', 'model', 'database'] as const

export interface ServerCommand {
  command: string
  args: string[]
}

export interface ServersSettings {
  /** Where the taps keep what they capture. */
  home: string
  /** The built command line, `dist/cli/main.js`; the servers lie beside it in `dist/demo/servers/`. */
  cli: string
  /** The Node that runs all of it. */
  node: string
}

/** A server's command with a tap in front. */
export const tapped = (
  { home, cli, node }: ServersSettings,
  name: string,
  command: readonly string[],
): ServerCommand => ({
  command: node,
  args: [cli, 'tap', '--server', name, '--home', home, '--', ...command],
})

/**
 * Writes the configuration the gateway reads, and returns how to start the gateway.
 * @param dir where it and the database's rows are; the home unless told otherwise
 */
export const writeServers = (settings: ServersSettings, dir = settings.home): ServerCommand => {
  const script = (name: string): string =>
    path.join(path.dirname(settings.cli), '..', 'demo', 'servers', `${name}.js`)
  const server = (name: string, ...args: string[]): ServerCommand =>
    tapped(settings, name, [settings.node, script(name), ...args])
  const file = path.join(dir, 'mcp.json')
  const mcpServers = {
    analytics: server('analytics'),
    model: server('model'),
    database: server('database', path.join(dir, 'forecasts.txt')),
  }
  writeFileSync(file, `${JSON.stringify({ mcpServers }, null, 2)}\n`, { mode: 0o600 })
  return server('api-gateway', file)
}
