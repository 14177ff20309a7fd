/** One client of one cell's play server, and everything it got. */
import { type ConnectOptions, collect, connect, type LoggingStats, loggingOf } from '@logboom/sdk/client'
import type { LogRecord } from '@logboom/sdk/record'
import { type MemorySink, memorySink } from '@logboom/sdk/sink'
import { Client as ClientV2, LOG_LEVEL_META_KEY } from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import { within } from '../kit/wait.ts'
import { type Cell, type Served, type ServeSettings, serve } from './serve.ts'
import type { Step } from './servers/play.mjs'

export interface SessionSettings extends ServeSettings {
  /** What our client side is told besides `onLog` and `onRecord`. */
  client?: Omit<ConnectOptions, 'client'>
  /** Another session's server, in place of one of its own. */
  at?: Served
}

export interface WireLog {
  level: string
  logger?: string
  data: unknown
  _meta?: Record<string, unknown>
}

export interface PlaySettings {
  tool?: string
  /** Does not wait for handlers and sinks, only for the answer. */
  bare?: boolean
  /** Asks a modern server for this level in the request itself. */
  logLevel?: string
  meta?: Record<string, unknown>
}

export interface Session {
  cell: Cell
  served: Served
  client: ClientV1 | ClientV2
  /** Runs steps on the server: `ok`, `tool_error TEXT` or `rpc_error CODE TEXT`. */
  play(steps: Step[], settings?: PlaySettings): Promise<string>
  /** The same, below `collect`. */
  collected(
    steps: Step[],
    settings?: PlaySettings,
  ): Promise<{ outcome: string; records: LogRecord[]; call: unknown }>
  setLevel(level: 'debug' | 'warning' | 'error'): Promise<void>
  /** What `onLog` got, the server's own diagnostics left out. */
  logs: LogRecord[]
  /** What `onRecord` got. */
  records: LogRecord[]
  /** Log notifications as the official client got them: of a modern server, only those that it asked for itself. */
  wire: WireLog[]
  /** Plays with the client itself asking for everything, and tells what came over the wire. */
  onWire(steps: Step[]): Promise<WireLog[]>
  /** What the server's own way out got; of a stdio server, the lines of its stderr. */
  local(): LogRecord[]
  stats(): LoggingStats
  /** What the server could not deliver to its clients, by reason. */
  undelivered(): Promise<Record<string, number>>
  /** Closes the client, then the server. */
  close(): Promise<void>
}

const INFO = { name: 'behaviours', version: '1.0.0' }

/** The official client of the cell's line and era. */
export const newClient = ({ line }: Cell): ClientV1 | ClientV2 => {
  if (line === 'v1') return new ClientV1(INFO)
  const mode = line === 'v2 legacy' ? 'legacy' : ({ pin: '2026-07-28' } as const)
  return new ClientV2(INFO, { versionNegotiation: { mode } })
}

/** Records that an application wrote, not Logboom about itself. */
export const isOwn = (record: LogRecord): boolean => record.logger?.startsWith('logboom') === true

const call = (
  client: ClientV1 | ClientV2,
  steps: Step[],
  { tool = 'play', logLevel, meta }: PlaySettings,
): Promise<object> => {
  const _meta = { ...meta, ...(logLevel === undefined ? {} : { [LOG_LEVEL_META_KEY]: logLevel }) }
  return client.callTool({
    name: tool,
    arguments: { steps },
    ...(Object.keys(_meta).length > 0 ? { _meta } : {}),
  })
}

const outcomeOf = (result: object): string =>
  'isError' in result && result.isError === true ? `tool_error ${JSON.stringify(result)}` : 'ok'

const errorOf = (error: unknown): string => {
  const code = typeof error === 'object' && error !== null && 'code' in error ? `${error.code} ` : ''
  return `rpc_error ${code}${error instanceof Error ? error.message : String(error)}`
}

/** What the official client itself gets. */
const listen = (client: ClientV1 | ClientV2, told: (log: WireLog) => void): void => {
  if (client instanceof ClientV1)
    client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => told(params as WireLog))
  else client.setNotificationHandler('notifications/message', ({ params }) => told(params as WireLog))
}

/** Opens a session; whoever opens closes. */
export const open = async (cell: Cell, settings: SessionSettings = {}): Promise<Session> => {
  const own: MemorySink = memorySink({ max: 200_000 })
  const serverSinks = cell.way === 'stdio' ? {} : { sinks: [own], stderr: false as const }
  const served =
    settings.at ?? (await serve(cell, { ...settings, server: { ...serverSinks, ...settings.server } }))
  const transport = await served.transport()
  const [logs, records, wire]: [LogRecord[], LogRecord[], WireLog[]] = [[], [], []]
  const connecting = connect(transport, {
    server: 'play',
    client: newClient(cell),
    onLog: (record) => {
      if (!isOwn(record)) logs.push(record)
    },
    onRecord: (record) => void records.push(record),
    ...settings.client,
  })
  const client = await within(`a client of ${cell.line} over ${cell.way}`, connecting, 20_000)
  listen(client, (log) => wire.push(log))
  const play: Session['play'] = async (steps, how = {}) => {
    const outcome = await call(client, steps, how).then(outcomeOf, errorOf)
    if (how.bare !== true) {
      await served.flush()
      await loggingOf(client).flush({ timeoutMs: 500 })
    }
    return outcome
  }
  return {
    cell,
    served,
    client,
    play,
    collected: async (steps, how = {}) => {
      const { result, error, records: own, call: named } = await collect(() => call(client, steps, how))
      return { outcome: result === undefined ? errorOf(error) : outcomeOf(result), records: own, call: named }
    },
    onWire: async (steps) => {
      wire.length = 0
      await play(steps, cell.line === 'v2 modern' ? { logLevel: 'debug' } : {})
      return [...wire]
    },
    setLevel: async (level) => void (await client.setLoggingLevel(level)),
    logs,
    records,
    wire,
    stats: () => loggingOf(client).stats(),
    async undelivered() {
      if (cell.way !== 'stdio') return served.undelivered()
      const { content } = await client.callTool({ name: 'stats', arguments: {} })
      return JSON.parse((content as [{ text: string }])[0].text).undelivered
    },
    local: () =>
      cell.way === 'stdio'
        ? records.filter(({ source }) => source === 'stderr' || source === 'message')
        : own.records(),
    close: async () => {
      await client.close()
      if (settings.at === undefined) await served.close()
    },
  }
}

/** Opens a session, uses it, closes it. */
export const withSession = async (
  cell: Cell,
  settings: SessionSettings,
  use: (session: Session) => Promise<void>,
): Promise<void> => {
  const session = await open(cell, settings)
  try {
    await use(session)
  } finally {
    await session.close()
  }
}
