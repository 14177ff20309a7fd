/**
 * npm `fastmcp`, without loading it. Each of its sessions has a low-level server of SDK v1, which is adapted like any other,
 * and its tools get our logger in place of their own, which sends by a stream that may not be there.
 *
 * A session is first seen when its first tool is called, as the receiver of `onToolCall`, or at the server's `connect` event,
 * whichever is earlier. That first call is under way by then: its request is the only one in flight, or it is not known.
 *
 * What was added before `withLogging` cannot be reached. Its own four methods go by our ways all the same.
 */
import { isObject } from '../../record/index.ts'
import { currentRequest, runIn } from '../context.ts'
import type { Core, OpenRequest } from '../core.ts'
import type { Watch } from '../log-calls.ts'
import { newCallId } from '../run.ts'
import { adaptOfficial, handlersOf, isRequestId, type LowLevelServer } from './official.ts'

type Fn = (this: unknown, ...args: unknown[]) => unknown

/** What is used of a `FastMCP`. */
export interface FastMcpServer {
  options: Record<string, unknown>
  addTool: Fn
  addTools: Fn
  on(event: 'connect', listener: (event: unknown) => void): unknown
}

export interface FastMcpSettings {
  server: FastMcpServer
  core: Core
  watch: Watch | undefined
}

const isFunction = (value: unknown): value is Fn => typeof value === 'function'

/** The one request in flight; undefined when there are several. */
const onlyRequest = (server: object): string | number | undefined => {
  const { _requestHandlerAbortControllers: inFlight } = server as {
    _requestHandlerAbortControllers?: unknown
  }
  if (!(inFlight instanceof Map) || inFlight.size !== 1) return undefined
  const [id] = inFlight.keys()
  return isRequestId(id) ? id : undefined
}

type Notifying = LowLevelServer & { notification: Fn; sendLoggingMessage?: Fn }

/** Gives every tool its logger, and every session. */
export const adaptFastMcp = ({ server, core, watch }: FastMcpSettings): void => {
  const sessions = new WeakMap<object, Notifying>()
  const byArguments = new WeakMap<object, Notifying>()
  let latest: Notifying | undefined

  const adaptSession = (session: unknown): Notifying | undefined => {
    if (!isObject(session)) return undefined
    const known = sessions.get(session)
    if (known !== undefined) return known
    const low = session.server
    const handlers = handlersOf(low)
    if (handlers === undefined) return undefined
    const adapted = low as Notifying
    adaptOfficial({ server: adapted, handlers, core, watch })
    // Its own four methods: their notification belongs to no request, so it is lost on HTTP.
    adapted.sendLoggingMessage = (params) => {
      const { level, data } = isObject(params) ? params : {}
      const { message, context } = isObject(data) ? data : { message: data }
      const logger = currentRequest()?.logger ?? core.log
      logger.log(level as string, message as string, context as object)
      return Promise.resolve()
    }
    sessions.set(session, adapted)
    return adapted
  }

  /** The request of a call that was under way before its session was seen. */
  const openUnseen = (low: Notifying | undefined, tool: string): OpenRequest | undefined => {
    const requestId = low === undefined ? undefined : onlyRequest(low)
    if (low === undefined || requestId === undefined) return undefined
    return core.open({
      facts: {
        call: {
          id: newCallId(),
          method: 'tools/call',
          tool,
          requestId,
          from: 'client',
          attribution: 'exact',
        },
      },
      level: core.level,
      isJsonResponse: false,
      send: (notification) => low.notification(notification, { relatedRequestId: requestId }),
    })
  }

  const wrapTool = (tool: unknown): unknown => {
    if (!isObject(tool) || !isFunction(tool.execute)) return tool
    const { execute } = tool
    const name = String(tool.name)
    const wrapped: Fn = async function (this: unknown, args, context) {
      const seen = currentRequest()
      const low = (isObject(args) ? byArguments.get(args) : undefined) ?? latest
      const opened = seen === undefined ? openUnseen(low, name) : undefined
      const request = seen ?? opened
      if (isObject(context)) context.log = request?.logger ?? core.log
      const run = (): unknown => execute.call(this, args, context)
      if (opened === undefined) return run()
      try {
        return await runIn(opened, () => (watch === undefined ? run() : watch(opened, args, run)))
      } finally {
        await opened.end()
      }
    }
    return { ...tool, execute: wrapped }
  }

  const { addTool, addTools } = server
  server.addTool = (tool) => addTool.call(server, wrapTool(tool))
  server.addTools = (tools) => addTools.call(server, Array.isArray(tools) ? tools.map(wrapTool) : tools)

  const { onToolCall } = server.options
  server.options.onToolCall = function (this: unknown, called: unknown) {
    const low = adaptSession(this)
    if (low !== undefined) {
      latest = low
      const args = isObject(called) ? called.arguments : undefined
      if (isObject(args)) byArguments.set(args, low)
    }
    return isFunction(onToolCall) ? onToolCall.call(this, called) : undefined
  }
  server.on('connect', (event) => void adaptSession(isObject(event) ? event.session : undefined))
}
