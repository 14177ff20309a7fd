/**
 * What the demo's app does: asks the gateway for forecasts, one after the other and at once, and for the things that go
 * wrong in every real system. Everything is computed and fails for real; nothing here writes a log.
 */
import { randomBytes } from 'node:crypto'
import { collect, connect, withTrace } from '@logboom/sdk/client'
import type { LogRecord } from '@logboom/sdk/record'
import type { ServerCommand } from './servers.ts'

/** A call of the app's that failed, and what was logged for exactly this call. */
export interface FailedCall {
  tool: string
  /** What the tool answered, or why no answer came. */
  reason: string
  /** By which its calls in the other servers are found. */
  traceId: string
  records: readonly LogRecord[]
}

export interface App {
  steps: readonly Step[]
  /** Calls of the gateway's tools so far. */
  asked(): number
  /** Ends the gateway and, through it, every other server. */
  close(): Promise<void>
}

export interface Step {
  title: string
  /** Never rejects: a failed call is part of the story, and told. */
  run(): Promise<FailedCall[]>
}

export interface AppSettings {
  /** How the gateway is started: its tapped command. */
  gateway: ServerCommand
  /** Secret that the app sends along, and that must not be found in any file. */
  apiKey: string
}

const QUARTERS = 12

/** Quarterly revenue of a region: a trend, a season, and one quarter nobody can explain. */
const revenue = (start: number, slope: number, oddQuarter: number): number[] =>
  Array.from({ length: QUARTERS }, (_, quarter) => {
    const season = [0, 9, 2, -11][quarter % 4] ?? 0
    return Math.round(start + slope * quarter + season + (quarter === oddQuarter ? 60 : 0))
  })

const REGIONS = {
  north: revenue(120, 6, 6),
  east: revenue(80, 9, 3),
  south: revenue(200, -2, 9),
  华东: revenue(150, 12, 5),
} as const

/** A key as a provider would give it: new for each demo, worth nothing. */
export const fakeApiKey = (): string => ['sk', 'proj', randomBytes(24).toString('hex')].join('-')

/** The text of a tool's answer. */
const textOf = (result: unknown): string => {
  const [first] = (result as { content?: { text?: string }[] }).content ?? []
  return first?.text ?? ''
}

/** Starts the app: connects to the gateway as any app would. Throws if the gateway does not answer. */
export const startApp = async ({ gateway, apiKey }: AppSettings): Promise<App> => {
  const clientInfo = { name: 'demo-app', version: '1.0.0' }
  const client = await connect(gateway, { server: 'api-gateway', era: 'legacy', clientInfo })

  let asked = 0
  const ask = async (name: string, fields: Record<string, unknown>): Promise<FailedCall[]> => {
    asked++
    const traceId = randomBytes(16).toString('hex')
    const traceparent = `00-${traceId}-${randomBytes(8).toString('hex')}-01`
    const call = () => client.callTool({ name, arguments: { api_key: apiKey, ...fields } })
    const { result, error, records } = await withTrace(traceparent, () => collect(call))
    if (error === undefined && result?.isError !== true) return []
    return [{ tool: name, reason: error === undefined ? textOf(result) : String(error), traceId, records }]
  }
  const forecast = (region: keyof typeof REGIONS): Promise<FailedCall[]> =>
    ask('forecast', { region, revenue: REGIONS[region], quarters: 2 })

  return {
    asked: () => asked,
    steps: [
      { title: 'One forecast: analyse, predict, store', run: () => forecast('north') },
      {
        title: 'Three forecasts at once, one of them in Chinese',
        run: async () => (await Promise.all([forecast('east'), forecast('south'), forecast('华东')])).flat(),
      },
      { title: 'A slow call: the model is tuned', run: () => ask('tune', { revenue: REGIONS.north }) },
      {
        title: 'A tool error: a region with two quarters of data',
        run: () => ask('forecast', { region: 'west', revenue: [1, 2], quarters: 2 }),
      },
      { title: 'A noisy loop: the replica is down', run: () => ask('maintain', { task: 'replicate' }) },
      { title: 'A crash in the middle of a call', run: () => ask('maintain', { task: 'compact' }) },
      {
        title: 'The database is started again, and life goes on',
        run: async () => [...(await forecast('north')), ...(await forecast('south'))],
      },
    ],
    close: () => client.close(),
  }
}
