/** The demo's `model` server: SDK v2, served in both eras; in the modern one it logs only for requests that ask. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { withLogging } from '@logboom/sdk/server'
import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { z } from 'zod'
import { round, smooth } from './statistics.ts'

const FEWEST = 6
const series = z.array(z.number())
const text = (value: unknown) => ({ content: [{ type: 'text' as const, text: JSON.stringify(value) }] })

let rates = { alpha: 0.5, beta: 0.2 }

/** Tries pairs of rates on ever finer grids until the time is up. */
const search = async (revenue: number[], budgetMs: number) => {
  const end = performance.now() + budgetMs
  let best = { ...rates, error: Number.POSITIVE_INFINITY }
  let tried = 0
  for (let steps = 4; performance.now() < end; steps++) {
    for (let a = 1; a < steps && performance.now() < end; a++) {
      for (let b = 1; b < steps; b++) {
        const { error } = smooth(revenue, a / steps, b / steps)
        if (error < best.error) best = { alpha: a / steps, beta: b / steps, error }
        tried++
      }
      await nextTurn()
    }
  }
  return { best, tried }
}

const create = (): McpServer => {
  const server = withLogging(new McpServer({ name: 'ModelServer', version: '2.1.0' }))

  server.registerTool(
    'predict',
    {
      description: 'The next quarters of a series, by Holt smoothing.',
      inputSchema: z.object({
        region: z.string(),
        revenue: series,
        quarters: z.number().int().min(1).max(8),
      }),
    },
    async ({ region, revenue, quarters }, ctx) => {
      const log = ctx.log.child({ logger: 'model.predict' })
      log.debug('rates in use', { ...rates })
      if (revenue.length < FEWEST) {
        const fields = { region, have: revenue.length, need: FEWEST }
        log.error('too few points to predict from', { ...fields })
        return { ...text({ error: `need ${FEWEST} points, have ${revenue.length}` }), isError: true }
      }
      const { level, trend, error } = smooth(revenue, rates.alpha, rates.beta)
      const uncertainty = round(error / Math.abs(level), 3)
      if (uncertainty > 0.1) log.warning('low confidence', { region, uncertainty })
      const forecast = Array.from({ length: quarters }, (_, ahead) => round(level + trend * (ahead + 1)))
      log.info('predicted', { region, quarters, uncertainty })
      return text({ forecast, uncertainty })
    },
  )

  server.registerTool(
    'tune',
    {
      description: 'Searches better smoothing rates; takes as long as it is given.',
      inputSchema: z.object({ revenue: series.min(FEWEST), budget_ms: z.number().min(1).max(5000) }),
    },
    async ({ revenue, budget_ms }, ctx) => {
      const log = ctx.log.child({ logger: 'model.tune' })
      log.notice('search started', { budget_ms })
      const { best, tried } = await search(revenue, budget_ms)
      rates = { alpha: best.alpha, beta: best.beta }
      log.info('search done', { tried, ...rates, error: round(best.error) })
      return text({ ...rates, tried })
    },
  )
  return server
}

serveStdio(create)
