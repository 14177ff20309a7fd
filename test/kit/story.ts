/** A small, known story in a home: two servers, a handshake, calls that end well, badly and never. */
import { scriptFile } from './home.ts'
import { run, start, tapCommand } from './process.ts'
import { raw } from './servers.ts'
import { quiet, waitFor } from './wait.ts'

export const rpc = (fields: object): string => `${JSON.stringify({ jsonrpc: '2.0', ...fields })}\n`
export const logLine = (level: string, data: unknown, logger?: string): string =>
  rpc({ method: 'notifications/message', params: { level, ...(logger ? { logger } : {}), data } })
export const callLine = (id: number, name: string, args: object = {}): string =>
  rpc({ id, method: 'tools/call', params: { name, arguments: args } })
export const resultLine = (id: number, isError = false): string =>
  rpc({ id, result: { content: [{ type: 'text', text: isError ? 'no such table' : 'done' }], isError } })
export const initializeLine = rpc({
  id: 0,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'story-client', version: '1.0.0' },
  },
})

const out = (text: string): object => ({ emit: 'stdout', text })

/** Writes the story into a home. `database` crashes while its call is open. */
export const tellStory = async (root: string, home: string): Promise<void> => {
  const analytics = scriptFile(root, [
    { emit: 'stderr', text: 'analytics ready\n' },
    { handshake: true },
    { await: '"analyze"' },
    out(logLine('info', { msg: 'loading rows', extra: { rows: 128 } }, 'core')),
    out(logLine('warning', 'column `价格` has nulls', 'core')),
    { sleep: 40 },
    out(resultLine(1)),
    { await: '"broken"' },
    out(logLine('error', { msg: 'query failed', extra: { table: 'sales', processing_time: '2.3s' } })),
    out(resultLine(2, true)),
    { end: true },
  ])
  const tap = start(tapCommand(home, 'analytics', raw(analytics)))
  tap.write(initializeLine + callLine(1, 'analyze', { rows: 128 }))
  await waitFor('the first result', () => tap.stdout().includes('"done"'))
  // Calls that are open at the same moment would be candidates both.
  await quiet(60)
  tap.write(callLine(2, 'broken'))
  tap.end()
  await tap.ended()
  const database = scriptFile(root, [
    { handshake: true },
    { await: '"store"' },
    { emit: 'stderr', text: 'ERROR: disk on fire\n' },
    { exit: 1 },
  ])
  const input = [initializeLine, callLine(1, 'store', { key: 'k' })].join('')
  await run(tapCommand(home, 'database', raw(database)), { input })
}
