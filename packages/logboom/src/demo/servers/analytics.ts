/** The demo's `analytics` server: SDK v1, logs with `withLogging`, reports progress, sometimes in Chinese. */
import { withLogging } from '@logboom/sdk/server'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { z } from 'zod'
import { deviation, fitLine, mean, outliers, round, season } from './statistics.ts'

/** Quarters of a year, and how far from the trend is odd, in standard deviations. */
const SEASON = 4
const ODD = 2.2

const server = withLogging(new McpServer({ name: 'AnalyticsServer', version: '1.4.0' }))

server.registerTool(
  'analyze_data',
  {
    description: 'Trend, season and outliers of a quarterly series.',
    inputSchema: { region: z.string(), revenue: z.array(z.number()).min(2) },
  },
  async ({ region, revenue }, extra) => {
    const log = extra.log.child({ logger: 'analytics.pipeline' })
    const token = extra._meta?.progressToken
    const progress = async (done: number, message: string): Promise<void> => {
      if (token === undefined) return
      const params = { progressToken: token, progress: done, total: 3, message }
      await extra.sendNotification({ method: 'notifications/progress', params })
    }
    const chinese = /\p{Script=Han}/u.test(region)

    if (chinese) log.info('开始分析季度数据', { 地区: region, 样本数: revenue.length })
    else log.info('received data', { region, size: revenue.length })
    const trend = fitLine(revenue)
    log.debug('trend fitted', {
      region,
      slope: round(trend.slope),
      intercept: round(trend.intercept),
    })
    await progress(1, 'trend')

    const { pattern, explained } = season(revenue, SEASON)
    const peak = pattern.indexOf(Math.max(...pattern)) + 1
    if (chinese) log.notice('发现季节性规律', { 地区: region, 高峰季度: peak, 解释度: round(explained) })
    else log.notice('season found', { region, peak_quarter: peak, explained: round(explained) })
    await progress(2, 'season')

    const odd = outliers(revenue, ODD)
    for (const index of odd) {
      const fields = { region, quarter: index + 1, value: revenue[index] }
      log.warning('outlier kept in the series', fields)
    }
    await progress(3, 'outliers')

    const summary = {
      mean: round(mean(revenue)),
      deviation: round(deviation(revenue)),
      explained: round(explained),
    }
    if (chinese) log.info('分析完成', { 地区: region, 均值: summary.mean, 标准差: summary.deviation })
    else log.info('analysis complete', { region, ...summary, outliers: odd.length })
    return { content: [{ type: 'text', text: JSON.stringify({ ...summary, outliers: odd }) }] }
  },
)

await server.connect(new StdioServerTransport())
