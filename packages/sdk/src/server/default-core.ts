/** The logging that `log` uses where there is no call around: of the server that was wrapped last, else one of its own. */
import { quietMeter } from '../sink/meter.ts'
import { currentRequest } from './context.ts'
import { type Core, createCore } from './core.ts'
import { processCounters } from './counters.ts'
import { readEnvironment } from './environment.ts'
import type { Logger, LoggingOptions, LoggingStats } from './types.ts'
import { createWaysOut } from './ways-out.ts'

let current: Core | undefined

export interface ServerIdentity {
  name: string
  version?: string
  isConnected: () => boolean
}

/** Makes the logging of a server from options and environment, and tells what is wrong with either. */
export const coreFor = (identity: ServerIdentity, options: LoggingOptions): Core => {
  const environment = readEnvironment(options.env ?? process.env)
  const server = options.name ?? identity.name
  const meter = quietMeter('withLogging', 'metrics', options.metrics)
  const counting = meter === undefined ? {} : { meter }
  const ways = createWaysOut({
    ...counting,
    options,
    environment,
    server,
    onFailure: (way, error) => {
      const why = error instanceof Error ? error.message : String(error)
      core.diagnose(`way ${way}`, `a way out refuses records: ${way}`, { error: why })
    },
  })
  const core: Core = createCore({
    server,
    level: options.level ?? environment.level,
    environment,
    ways,
    ...counting,
    isConnected: identity.isConnected,
    ...(identity.version === undefined ? {} : { serverVersion: identity.version }),
    ...(options.redactKeys === undefined ? {} : { redactKeys: options.redactKeys }),
  })
  const { invalidLevel } = environment
  if (invalidLevel !== undefined) {
    const message = `LOG_LEVEL names no level, ${environment.level} is used`
    core.diagnose(`LOG_LEVEL ${invalidLevel}`, message, { LOG_LEVEL: invalidLevel })
  }
  return core
}

/** From now on, logs outside of any call are this server's. */
export const useAsDefault = (core: Core): void => {
  current = core
}

/** The logging of the server that was wrapped last; before the first, one named for the process. */
export const defaultCore = (): Core => {
  current ??= coreFor({ name: nameOfProcess(), isConnected: () => false }, {})
  return current
}

const nameOfProcess = (): string => {
  const script = process.argv[1]?.split(/[\\/]/).at(-1) ?? ''
  return script.replace(/\.[cm]?[jt]sx?$/, '') || 'server'
}

/** A logger that looks for its call each time it is used, with what its children add. */
const findingLogger = (bindings: readonly Parameters<Logger['child']>[0][]): Logger => {
  const find = (): Logger =>
    bindings.reduce<Logger>(
      (parent, more) => parent.child(more),
      currentRequest()?.logger ?? defaultCore().log,
    )
  return {
    debug: (message, extra) => find().debug(message, extra),
    info: (message, extra) => find().info(message, extra),
    notice: (message, extra) => find().notice(message, extra),
    warning: (message, extra) => find().warning(message, extra),
    error: (message, extra) => find().error(message, extra),
    critical: (message, extra) => find().critical(message, extra),
    alert: (message, extra) => find().alert(message, extra),
    emergency: (message, extra) => find().emergency(message, extra),
    log: (...args) => find().log(...args),
    child: (more) => findingLogger([...bindings, more]),
  }
}

/**
 * The logger for anywhere: below a handler it is that handler's, and its records belong to the call; elsewhere they belong to
 * no call, and leave by every way but the client's.
 * @example
 * import { log } from '@logboom/sdk/server'
 * export const load = (file: string) => { log.debug('loading', { file }) }
 */
export const log: Logger = findingLogger([])

/**
 * What happened to the records of all servers of this process. Where a factory makes a server for every request, a single
 * server's `logging.stats()` tells little.
 * @example loggingStats().undelivered.json_response
 */
export const loggingStats = (): Pick<LoggingStats, 'records' | 'notified' | 'undelivered'> => ({
  ...processCounters,
  undelivered: { ...processCounters.undelivered },
})
