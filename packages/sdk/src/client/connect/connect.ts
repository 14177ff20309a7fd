/** Connecting one server. */
import type { Client } from '@modelcontextprotocol/client'
import { createOutlets, type FlushOptions, type FlushReport, type Logging } from '../handlers.ts'
import { openConnection } from './connection.ts'
import { nameOf } from './name.ts'
import { planTarget } from './open.ts'
import type { AnyClient, ConnectOptions, Target } from './types.ts'

/** The logging of one connected client. */
export interface ClientLogging extends Logging {
  /** The name on its records. */
  readonly server: string
  /** Closes the client, hands over what waits, and tells how much was left when the time was over. */
  close(options?: FlushOptions): Promise<FlushReport>
  [Symbol.asyncDispose](): Promise<void>
}

const loggings = new WeakMap<object, ClientLogging>()

/**
 * The logging of a client that `connect` or `connectAll` returned: `flush`, `records`, `stats`, `close`. Of several servers it
 * is that of all of them, but `close` closes this one.
 * @throws TypeError for any other client
 * @example
 * const analytics = await connect('analytics-server.ts', { onLog: print })
 * await loggingOf(analytics).flush({ timeoutMs: 1000 })
 */
export const loggingOf = (client: object): ClientLogging => {
  const logging = loggings.get(client)
  if (logging === undefined) throw new TypeError('This client was not made by connect or connectAll')
  return logging
}

/** Makes `client.close` hand over what waits, and `loggingOf` know the client. */
export const attachLogging = (
  client: AnyClient,
  server: string,
  logging: Logging,
  close: (options: FlushOptions) => Promise<FlushReport>,
): ClientLogging => {
  let closing: Promise<FlushReport> | undefined
  const original = client.close
  const closeOnce = (options: FlushOptions = {}): Promise<FlushReport> => {
    closing ??= (async () => {
      client.close = original
      return close(options)
    })()
    return closing
  }
  const attached: ClientLogging = {
    server,
    flush: (options) => logging.flush(options),
    records: () => logging.records(),
    stats: () => logging.stats(),
    close: closeOnce,
    [Symbol.asyncDispose]: async () => void (await closeOnce()),
  }
  client.close = async () => void (await closeOnce())
  loggings.set(client, attached)
  return attached
}

/**
 * Connects a server and returns the official `Client`: v2 where it is installed, for it speaks both eras, else v1; or the one
 * given as `client`. Everything the server says becomes records, from before the handshake on, its stderr included, and goes
 * to the handlers. `client.close()` hands over what waits; `loggingOf(client)` has `flush`, `records` and `stats`.
 *
 * Defaults: modern servers are asked for logs as the environment says (`LOG_LEVEL`, `ENVIRONMENT`, `NODE_ENV`); a started server gets `LOG_LEVEL`, `ENVIRONMENT`, `NODE_ENV` and
 * `LOGBOOM_*`; 60 s to connect; 5 s for handlers when closing.
 * @throws LogboomError `LB_TARGET_INVALID`, `LB_RUNTIME_MISSING`, `LB_SDK_MISSING`, `LB_CONNECT_FAILED`; then nothing stays
 * open, and the handlers have had what the server said
 * @example
 * const analytics = await connect('analytics-server.ts', { onLog: ({ level, message }) => print(level, message) })
 * await analytics.callTool({ name: 'analyze_data', arguments: { rows: [] } })
 * await analytics.close()
 */
export function connect<C extends AnyClient>(
  target: Target,
  options: ConnectOptions<C> & { client: C },
): Promise<C>
export function connect(target: Target, options?: Omit<ConnectOptions, 'client'>): Promise<Client>
export async function connect(target: Target, options: ConnectOptions = {}): Promise<AnyClient> {
  const plan = planTarget(target)
  const server = options.server ?? nameOf(target, plan)
  let settle = (): void => {}
  const outlets = createOutlets(options, () => settle())
  const outlet = outlets.open(server)
  try {
    const { client, capture, end } = await openConnection(plan, outlet, options, options.client)
    settle = () => capture.flush()
    attachLogging(client, server, outlets, async (flush) => {
      await end()
      return outlets.close(flush)
    })
    return client
  } catch (error) {
    outlet.take(outlet.notice('warning', error instanceof Error ? error.message : String(error)))
    await outlets.close()
    throw error
  }
}
