import { collect, connectAll } from '@logboom/sdk/client'
import { Analysis, Prediction, Stored } from './results.ts'

const servers = {
  analytics: new URL('./analytics.ts', import.meta.url),
  model: new URL('./model.ts', import.meta.url),
  database: new URL('./database.ts', import.meta.url),
  gateway: new URL('./gateway.ts', import.meta.url),
}

/** One step: its structured result, or an error after the logs of exactly this call are printed. */
const step = async (server: string, name: string, args: Record<string, unknown>): Promise<unknown> => {
  const call = () => all.client(server).callTool({ name, arguments: args })
  const { result, error, records } = await collect(call)
  if (error === undefined && result?.isError !== true) return result?.structuredContent
  console.log(`${server} ${name} failed. What this call logged:`)
  for (const { level, message, attributes } of records)
    console.log(`  ${level}: ${message} ${JSON.stringify(attributes)}`)
  throw error ?? new Error(`${name} failed`)
}

const forecast = async (sales: number[]): Promise<void> => {
  const analysis = Analysis.parse(await step('analytics', 'analyze', { sales }))
  const prediction = Prediction.parse(await step('model', 'predict', analysis))
  const { id } = Stored.parse(await step('database', 'store', prediction))
  console.log(`stored forecast ${prediction.next} as row ${id}`)
}

// The gateway is not needed here: three of four are connected.
const all = await connectAll(servers, {
  only: ['analytics', 'model', 'database'],
  onLog: ({ server, level, message }) => console.log(`[${server}] ${level}: ${message}`),
})
try {
  await forecast([10, 12, 14, 16, 18, 20])
  await forecast([90, 10, 5, 1])
} catch (error) {
  console.log(`workflow stopped: ${error instanceof Error ? error.message : error}`)
} finally {
  await all.close()
}
