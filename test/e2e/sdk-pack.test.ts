/** The packed SDK in a fresh folder, a five-line server, the tap in front: the log and its call are found. */

import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { LogRecord } from '@logboom/sdk/record'
import { expect, test } from 'vitest'
import { connectClient } from '../kit/clients.ts'
import { tempDir } from '../kit/home.ts'
import { logboom, NODE, tapCommand } from '../kit/process.ts'
import { namedCall } from '../kit/records.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const execute = promisify(execFile)

const SERVER = `import { withLogging } from '@logboom/sdk/server'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
const server = withLogging(new McpServer({ name: 'Five', version: '1.0.0' }))
server.registerTool('work', {}, async (ctx) => {
  ctx.log.info('first log', { size: 3 })
  return { content: [{ type: 'text', text: 'done' }] }
})
await server.connect(new StdioServerTransport())
`

const npm = (args: readonly string[], cwd: string) => {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|VITEST|NODE_ENV|LOGBOOM_)/.test(name))
  const env = Object.fromEntries(kept)
  return execute('npm', args, { cwd, env, shell: process.platform === 'win32', maxBuffer: 64 * 1024 * 1024 })
}

test('a five-line server in a fresh folder: logboom query finds its first log and the call', async () => {
  const folder = tempDir()
  const home = join(folder, 'home')
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]
  const { stdout } = await npm(pack, join(ROOT, 'packages', 'sdk'))
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }]
  const app = join(folder, 'app')
  mkdirSync(app)
  writeFileSync(join(app, 'package.json'), '{"private":true,"type":"module"}')
  const packages = [`../${filename}`, '@modelcontextprotocol/sdk@1.32.2', 'zod@4.6.7']
  await npm(['install', '--no-audit', '--no-fund', '--ignore-scripts', ...packages], app)
  writeFileSync(join(app, 'server.mjs'), SERVER)

  const client = await connectClient('v1', tapCommand(home, 'five', [NODE, join(app, 'server.mjs')]))
  expect(await client.call('work')).toBe('ok')
  await client.close()
  const found = await logboom(['query', '"first log"', '--json', '--home', home])
  const lines = found.stdout.toString().trim().split('\n')
  expect({ code: found.code, lines: lines.length }).toEqual({ code: 0, lines: 1 })
  const record = JSON.parse(lines[0] ?? '') as LogRecord
  expect(record).toMatchObject({
    server: 'five',
    level: 'info',
    message: 'first log',
    attributes: { size: 3 },
  })
  expect(namedCall(record)).toMatchObject({ tool: 'work', attribution: 'exact' })
}, 240_000)
