/** Connecting several servers. */
import type { Client } from '@modelcontextprotocol/client'
import { LogboomError } from '../../errors/index.ts'
import type { Level } from '../../record/index.ts'
import type { SetLevelOptions, SetLevelResult } from '../capture/index.ts'
import {
  createOutlets,
  FLUSH_MS,
  type FlushOptions,
  type FlushReport,
  type HandlerOptions,
  type Logging,
  type Outlet,
} from '../handlers.ts'
import { createWarn } from '../warnings.ts'
import { readServers } from './config.ts'
import { attachLogging, type ClientLogging } from './connect.ts'
import { type Connection, openConnection } from './connection.ts'
import { planTarget } from './open.ts'
import type { ConnectionSettings, Target } from './types.ts'

/**
 * What `connectAll` takes: an object of names and targets, a configuration as hosts have it (`mcpServers`, `servers`,
 * `context_servers`), or the path or `file:` URL of one.
 */
export type Servers = Readonly<Record<string, Target>> | HostConfig | string | URL

type Entries = Readonly<Record<string, object>>

/** A configuration in a host's shape: Claude's, Cursor's, Windsurf's, Cline's, FastMCP's; VS Code's; Zed's. */
export type HostConfig =
  | { mcpServers: Entries }
  | { servers: Entries }
  | { context_servers: Entries }
  | { mcp: { servers: Entries } }

export interface ConnectAllOptions extends ConnectionSettings, HandlerOptions {
  /** Connects these only. @default all that are not disabled */
  only?: readonly string[]
}

/** Several connected servers. */
export interface Connections extends Logging {
  /**
   * The client of a server.
   * @throws LogboomError `LB_CONNECT_FAILED` for one that could not be connected, `LB_TARGET_INVALID` for an unknown name
   */
  client(server: string): Client
  /** The clients by name. */
  readonly clients: ReadonlyMap<string, Client>
  /** The names of what is connected, in the order of the configuration. */
  readonly servers: readonly string[]
  /** Why the others are not. */
  readonly failed: ReadonlyMap<string, Error>
  /** Asks servers for logs of this level and above, each in the way of its era. Never hangs, never throws. */
  setLevel(
    level: Level,
    options?: SetLevelOptions & { only?: readonly string[] },
  ): Promise<ReadonlyMap<string, SetLevelResult>>
  /** Closes every client, hands over what waits, and tells how much was left when the time was over. */
  close(options?: FlushOptions): Promise<FlushReport>
  [Symbol.asyncDispose](): Promise<void>
}

interface Wanted {
  name: string
  /** Throws where the entry is wrong. */
  connect(outlet: Outlet): Promise<Connection>
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

/** What went wrong, with the server's name in it. */
const namedMessage = (name: string, { message }: Error): string =>
  message.includes(`"${name}"`) ? message : `Server "${name}" could not be connected: ${message}`

const unknownName = (name: string, known: readonly string[]): LogboomError =>
  new LogboomError('LB_TARGET_INVALID', `There is no server ${JSON.stringify(name)}`, {
    hint: `Known: ${known.join(', ') || 'none'}.`,
  })

const wantedOf = (servers: Servers, options: ConnectAllOptions): Wanted[] => {
  const configured = readServers(servers)
  const names = configured.map(({ name }) => name)
  for (const name of options.only ?? []) if (!names.includes(name)) throw unknownName(name, names)
  const chosen = configured.filter(({ name, disabled }) =>
    options.only === undefined ? disabled !== true : options.only.includes(name),
  )
  if (chosen.length === 0) throw new LogboomError('LB_TARGET_INVALID', 'There are no servers to connect')
  return chosen.map((entry) => ({
    name: entry.name,
    async connect(outlet) {
      if ('error' in entry) throw entry.error
      return openConnection(planTarget(entry.target), outlet, options)
    },
  }))
}

/**
 * Connects several servers at once. One that cannot be connected is one warning that names it (`onWarning`, and a record for
 * `onRecord` and sinks), and the rest work.
 * @throws LogboomError `LB_CONNECT_FAILED` when none could be connected, `LB_TARGET_INVALID` where there is nothing to connect;
 * then nothing stays open
 * @example
 * await using all = await connectAll({ analytics: 'analytics-server.ts', weather: { url: 'https://weather.example/mcp' } }, {
 *   onLog: ({ server, level, message }) => print(server, level, message),
 * })
 * await all.client('analytics').callTool({ name: 'analyze_data', arguments: {} })
 * @example const some = await connectAll('.mcp.json', { only: ['weather'] })
 */
export const connectAll = async (servers: Servers, options: ConnectAllOptions = {}): Promise<Connections> => {
  const wanted = wantedOf(servers, options)
  const warn = createWarn(options.onWarning)
  const connections = new Map<string, Connection>()
  const clients = new Map<string, Client>()
  const failed = new Map<string, Error>()
  const outlets = createOutlets(options, () => {
    for (const { capture } of connections.values()) capture.flush()
  })
  const open = wanted.map((server) => ({ server, outlet: outlets.open(server.name) }))

  const results = await Promise.allSettled(open.map(({ server, outlet }) => server.connect(outlet)))
  for (const [index, { server, outlet }] of open.entries()) {
    const result = results[index]
    if (result?.status === 'fulfilled') {
      connections.set(server.name, result.value)
      continue
    }
    const error = asError(result?.reason)
    failed.set(server.name, error)
    const message = namedMessage(server.name, error)
    outlet.take(outlet.notice('warning', message))
    if (results.some(({ status }) => status === 'fulfilled'))
      warn({ code: 'server_failed', server: server.name, message, cause: error })
  }

  if (connections.size === 0) {
    await outlets.close()
    const [only] = failed.values()
    if (failed.size === 1 && only instanceof LogboomError) throw only
    const reasons = [...failed].map(([name, error]) => namedMessage(name, error)).join('; ')
    throw new LogboomError(
      'LB_CONNECT_FAILED',
      `None of ${failed.size} servers could be connected: ${reasons}`,
      {
        cause: new AggregateError([...failed.values()]),
      },
    )
  }

  const logging: ClientLogging[] = []
  for (const [name, { client, end }] of connections) {
    const outlet = open.find(({ server }) => server.name === name)?.outlet
    const attached = attachLogging(
      client,
      name,
      outlets,
      async ({ timeoutMs = options.closeTimeoutMs ?? FLUSH_MS }) => {
        await end()
        return (await outlet?.close(timeoutMs)) ?? { left: 0 }
      },
    )
    clients.set(name, client as Client)
    logging.push(attached)
  }

  let closing: Promise<FlushReport> | undefined
  const close = async (flush: FlushOptions = {}): Promise<FlushReport> => {
    await Promise.all(logging.map((each) => each.close(flush)))
    return outlets.close(flush)
  }
  const closeOnce = (flush?: FlushOptions): Promise<FlushReport> => {
    closing ??= close(flush)
    return closing
  }

  return {
    client(name) {
      const client = clients.get(name)
      if (client !== undefined) return client
      const cause = failed.get(name)
      if (cause === undefined) throw unknownName(name, [...clients.keys()])
      throw new LogboomError('LB_CONNECT_FAILED', cause.message, { cause })
    },
    clients,
    servers: [...clients.keys()],
    failed,
    async setLevel(level, { only, ...settings } = {}) {
      const chosen = [...connections].filter(([name]) => only === undefined || only.includes(name))
      const set = chosen.map(
        async ([name, { capture }]) => [name, await capture.setLevel(level, settings)] as const,
      )
      return new Map(await Promise.all(set))
    },
    flush: (flush) => outlets.flush(flush),
    records: () => outlets.records(),
    stats: () => outlets.stats(),
    close: closeOnce,
    [Symbol.asyncDispose]: async () => void (await closeOnce()),
  }
}
