/**
 * What the demo's app does: asks the gateway for forecasts, one after the other and at once, and for the things that go
 * wrong in every real system. Everything is computed and fails for real; nothing here writes a log.
 */
import { randomBytes } from 'node:crypto'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'

export interface App {
  steps: readonly Step[]
  /** Calls of the gateway's tools so far. */
  asked(): number
  /** Ends the gateway and, through it, every other server. */
  close(): Promise<void>
}

export interface Step {
  title: string
  run(): Promise<void>
}

export interface AppSettings {
  /** How the gateway is started: its tapped command. */
  command: string
  args: readonly string[]
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

/** Starts the app: connects to the gateway with the official v2 client. Throws if the gateway does not answer. */
export const startApp = async ({ command, args, apiKey }: AppSettings): Promise<App> => {
  const client = new Client({ name: 'demo-app', version: '1.0.0' })
  await client.connect(new StdioClientTransport({ command, args: [...args], stderr: 'ignore' }))

  let asked = 0
  // A failed call is part of the story, so its result is not looked at: the records tell it.
  const ask = async (name: string, fields: Record<string, unknown>): Promise<void> => {
    asked++
    const traceparent = `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`
    await client.callTool({ name, arguments: { api_key: apiKey, ...fields }, _meta: { traceparent } })
  }
  const forecast = (region: keyof typeof REGIONS): Promise<void> =>
    ask('forecast', { region, revenue: REGIONS[region], quarters: 2 })

  return {
    asked: () => asked,
    steps: [
      { title: 'One forecast: analyse, predict, store', run: () => forecast('north') },
      {
        title: 'Three forecasts at once, one of them in Chinese',
        run: async () => {
          await Promise.all([forecast('east'), forecast('south'), forecast('华东')])
        },
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
        run: async () => {
          await forecast('north')
          await forecast('south')
        },
      },
    ],
    close: () => client.close(),
  }
}
