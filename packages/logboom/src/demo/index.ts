/**
 * `logboom demo`: a four-server AI app behind real taps, a workflow in which things go right and wrong, the merged stream
 * live, a summary, and what to try next. It needs nothing but this package, and touches nothing but its own home.
 */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { LogboomError } from '@logboom/sdk/errors'
import { isCallRecord, type LogRecord } from '@logboom/sdk/record'
import { createStreamRenderer, renderSummary } from '../cli/render/index.ts'
import { runningHub } from '../ingest/hub-file.ts'
import { isAlive, processStart } from '../platform/index.ts'
import type { Store, StoreStats } from '../store/contract.ts'
import { unmet } from './expectations.ts'
import { renderFailedCall } from './failed-call.ts'
import { prepareHome } from './home.ts'
import { nextSteps } from './next-steps.ts'
import { SERVERS, writeServers } from './servers.ts'
import { type LiveStream, startStream } from './stream.ts'
import { type AppSettings, fakeApiKey, startApp } from './workflow.ts'

export interface DemoOptions {
  /** End after the summary; otherwise follow until the signal. */
  once: boolean
  /** The demo's home; deleted and made anew. */
  home: string
  /** The built command line, `dist/cli/main.js`, absolute. */
  cli: string
  /** How the user types this program. */
  program: string
  color: boolean
  /** Cells of the terminal; absent for a pipe or a file. */
  width?: number
  /** Prints; resolves when there is room for more. */
  write: (text: string) => Promise<void>
  openStore: (home: string) => Promise<Store>
  /** Starts a hub over the home, whose page shows what happens; without it there is none. */
  startHub?: (home: string) => Promise<DemoHub>
  /** Ends the demo early, as Ctrl-C does. */
  signal: AbortSignal
}

export interface DemoHub {
  url: string
  close(): Promise<void>
}

/** How long the stream may lag behind the workflow, and how long the servers may take to end. Milliseconds. */
const LAG = 3_000
const WIND_DOWN = 10_000
const POLL = 100
/** Between two steps: for the reader, and so that calls in a row are not taken for overlapping ones. */
const PAUSE = 400
const INTERRUPTED = 130

/** Outcomes of the app's own calls: each step is told before the next begins. */
const answered = (records: readonly LogRecord[]): number =>
  records.filter(
    (record) =>
      record.server === 'api-gateway' &&
      isCallRecord(record) &&
      record.call.tool !== undefined &&
      record.call.status !== 'started',
  ).length

const isCrash = ({ source, level }: LogRecord): boolean => source === 'lifecycle' && level === 'error'

/** What is there now: a hub deletes what it has stored. */
const readJournals = (home: string): Buffer[] => {
  const directory = path.join(home, 'journal')
  return readdirSync(directory).flatMap((file) => {
    try {
      return [readFileSync(path.join(directory, file))]
    } catch {
      return []
    }
  })
}

/** Runs every step, or as many as there is time for before the signal. */
const runWorkflow = async (
  options: DemoOptions,
  stream: LiveStream,
  settings: AppSettings,
): Promise<void> => {
  const { signal, write } = options
  const app = await startApp(settings).catch(async (cause: unknown) => {
    await stream.until((records) => records.some(isCrash), LAG)
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new LogboomError('LB_DEMO_FAILED', `the demo's api-gateway did not start: ${reason}`, {
      hint: 'Its records above tell why.',
      cause,
    })
  })
  const close = (): void => void app.close()
  signal.addEventListener('abort', close)
  try {
    for (const [index, { title, run }] of app.steps.entries()) {
      if (signal.aborted) return
      await write(`\n${index + 1}/${app.steps.length}  ${title}\n`)
      const failed = await run()
      await stream.until((records) => answered(records) >= app.asked(), LAG)
      if (signal.aborted) return
      for (const call of failed) await write(`${renderFailedCall(call, { ...options, servers: SERVERS })}\n`)
      await wait(PAUSE)
    }
  } finally {
    signal.removeEventListener('abort', close)
    await app.close()
  }
}

/** Waits until every tap has ended and everything it wrote has been printed. */
const windDown = async (store: Store, stream: LiveStream, signal: AbortSignal): Promise<StoreStats> => {
  const deadline = Date.now() + WIND_DOWN
  let stats = await store.stats({})
  while (stats.servers.some(({ alive }) => alive > 0) && Date.now() < deadline && !signal.aborted) {
    await wait(POLL)
    stats = await store.stats({})
  }
  const total = stats.servers.reduce((sum, { records }) => sum + records, 0)
  await stream.until((records) => records.length >= total, LAG)
  return stats
}

/** A hub of somebody's over the demo's home must not lose it while it runs. */
const refuseHub = async (home: string): Promise<void> => {
  const hub = await runningHub(home, isAlive)
  if (hub === undefined) return
  throw new LogboomError('LB_HOME_UNUSABLE', `a hub is running in ${home} (pid ${hub.pid})`, {
    hint: 'Stop it first, or start the demo in another directory.',
  })
}

/**
 * Runs the demo; resolves with the exit code: 0, or 130 when interrupted. Throws LB_HOME_UNUSABLE when `.demo/` is not
 * the demo's, LB_DEMO_FAILED when a server did not start or, with `once`, its own expectations were not met.
 * @example await runDemo({ once: true, home: path.resolve('.demo'), cli, program: 'npx logboom', … })
 */
export const runDemo = async (options: DemoOptions): Promise<number> => {
  const { home, cli, program, color, signal, write } = options
  const node = process.execPath
  await refuseHub(home)
  const maker = { pid: process.pid, pidStart: processStart(process.pid) ?? '' }
  prepareHome({ home, maker, isAlive: ({ pid, pidStart }) => isAlive(pid, pidStart) })
  const gateway = writeServers({ home, cli, node })
  const apiKey = fakeApiKey()

  const hub = await options.startHub?.(home)
  const store = await options.openStore(home)
  const following = new AbortController()
  const render = createStreamRenderer({
    color,
    servers: SERVERS,
    ...(options.width === undefined ? {} : { width: options.width }),
  })
  const stream = startStream({
    store,
    signal: AbortSignal.any([signal, following.signal]),
    print: (record) => write(`${render(record)}\n`),
  })
  await write(`Logboom demo: ${SERVERS.join(', ')}, each behind a tap; their logs as they come:\n`)
  if (hub !== undefined) await write(`Look at it: ${hub.url}/\n`)
  try {
    await runWorkflow(options, stream, { gateway, apiKey })
    const stats = await windDown(store, stream, signal)
    if (signal.aborted) return INTERRUPTED
    const missing = unmet({
      records: stream.records,
      servers: SERVERS,
      journals: readJournals(home),
      secret: apiKey,
    })
    await write(`\n${renderSummary(stats, { color })}\n\n`)
    await write(
      `${nextSteps({ home, cli, node, program, following: !options.once, ...(hub && { page: `${hub.url}/` }) })}\n`,
    )
    const failure = `the demo did not go as it should: ${missing.join('; ')}`
    if (missing.length > 0 && options.once) throw new LogboomError('LB_DEMO_FAILED', failure)
    if (missing.length > 0) await write(`\n${failure}\n`)
    if (options.once) return 0
    await write('\nFollowing; Ctrl-C ends it.\n')
    await stream.ended
    return INTERRUPTED
  } finally {
    following.abort()
    await stream.ended
    await store.close()
    await hub?.close()
    if (signal.aborted) await write(`\nStopped. The logs stay in ${home} until the next demo.\n`)
  }
}
