/** One server connected: the client, what watches its transport, and what closes both. */
import { LogboomError } from '../../errors/index.ts'
import type { LogRecord } from '../../record/index.ts'
import { type Capture, captureTransport, hasLogHandler, type MessageTransport } from '../capture/index.ts'
import type { Outlet } from '../handlers.ts'
import { isHttpV1, type Opened, openPlan, type Plan } from './open.ts'
import { loadSdk, type Sdk } from './sdk.ts'
import type { AnyClient, ConnectionSettings } from './types.ts'

export interface Connection {
  client: AnyClient
  capture: Capture
  /** Ends the connection; all that was captured has reached the outlet when it resolves. Never throws. */
  end(): Promise<void>
}

/** How the client names itself unless told otherwise. */
export const CLIENT_INFO = { name: 'logboom', version: '0.1.0' }

const CONNECT_MS = 60_000
/** How long a connection that failed may take to end, in milliseconds. */
const END_MS = 5_000
/** Lines of a server's stderr that an error repeats. */
const LAST_LINES = 3

const lineOf = (client: AnyClient | undefined): Sdk['line'] | undefined =>
  client === undefined ? undefined : 'getProtocolEra' in client ? 'v2' : 'v1'

const within = async <T>(promise: Promise<T>, timeoutMs: number, late: () => T): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<T>((resolve, reject) => {
    timer = setTimeout(() => {
      try {
        resolve(late())
      } catch (error) {
        reject(error)
      }
    }, timeoutMs)
  })
  try {
    return await Promise.race([promise, over])
  } finally {
    clearTimeout(timer)
  }
}

const copyStderr = (transport: MessageTransport): void => {
  const { stderr } = transport as { stderr?: NodeJS.ReadableStream | null }
  stderr?.on('data', (chunk: Uint8Array) => void process.stderr.write(chunk))
}

/** A client that is given negotiates as its owner said. */
const USE_URL =
  'The transport is one of SDK v1, the client one of v2: give the URL in place of the transport.'

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/**
 * Connects a planned target. Everything the server says goes to the outlet, from its first byte on.
 * @throws LogboomError `LB_CONNECT_FAILED`, `LB_SDK_MISSING`; then nothing stays open
 */
export const openConnection = async (
  plan: Plan,
  outlet: Outlet,
  settings: ConnectionSettings,
  given?: AnyClient,
): Promise<Connection> => {
  const { server } = outlet
  const lastLines: string[] = []
  let connecting = true
  const onRecord = (record: LogRecord): void => {
    outlet.take(record)
    if (!connecting || (record.source !== 'stderr' && record.source !== 'stdout')) return
    lastLines.push(record.message)
    if (lastLines.length > LAST_LINES) lastLines.shift()
  }

  let loading: Promise<Sdk> | undefined
  const loaded = (): Promise<Sdk> => {
    loading ??= loadSdk(lineOf(given))
    return loading
  }
  let opened: Opened | undefined
  let capture: Capture | undefined
  const end = async (client: AnyClient | undefined): Promise<void> => {
    const closing = (async () => {
      await Promise.resolve(client?.close()).catch(() => {})
      await Promise.resolve((opened?.transport as MessageTransport | undefined)?.close()).catch(() => {})
      await Promise.resolve(opened?.undo?.()).catch(() => {})
    })()
    await within(closing, END_MS, () => {})
    await capture?.close()
  }

  let client: AnyClient | undefined
  try {
    opened = await openPlan(plan, loaded)
    const { transport, legacyOnly } = opened
    const probeMs = settings.probeTimeoutMs ?? opened.probeMs
    const watching = captureTransport(transport, {
      ...captureSettings(settings),
      server,
      onRecord,
      onBelowLevel: () => outlet.skip('below_level'),
      clientWantsLogs: () => client === undefined || hasLogHandler(client),
    })
    capture = watching
    if (settings.stderr === 'inherit') copyStderr(transport)
    client =
      given ??
      (await loaded()).client(settings.clientInfo ?? CLIENT_INFO, {
        legacyOnly: legacyOnly || settings.era === 'legacy',
        ...(probeMs === undefined ? {} : { probeMs }),
      })
    const timeout = settings.timeoutMs ?? CONNECT_MS
    await within(client.connect(transport as never, { timeout } as never), timeout, () => {
      throw new Error(`no answer within ${timeout} ms`)
    })
    connecting = false
    // Not waited for: it is before whatever the app asks, and what came of it changes nothing.
    const { level } = settings
    if (level && watching.facts().era === 'legacy') void watching.setLevel(level)
    const connected = client
    return { client: connected, capture: watching, end: () => end(connected) }
  } catch (cause) {
    await end(client)
    if (cause instanceof LogboomError) throw cause
    const said = lastLines.length === 0 ? '' : `; it said last: ${lastLines.join(' ⏎ ')}`
    throw new LogboomError(
      'LB_CONNECT_FAILED',
      `Server "${server}" could not be connected: ${messageOf(cause)}${said}`,
      {
        cause,
        ...(opened !== undefined && lineOf(given) === 'v2' && isHttpV1(opened.transport)
          ? { hint: USE_URL }
          : {}),
      },
    )
  }
}

const captureSettings = ({ level, trace, redactKeys }: ConnectionSettings) => ({
  ...(level === undefined ? {} : { level }),
  ...(trace === undefined ? {} : { trace }),
  ...(redactKeys === undefined ? {} : { redactKeys }),
})
