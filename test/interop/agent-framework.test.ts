/**
 * The MCP client of an agent framework, the Vercel AI SDK's, which drops every log it gets: over an observed transport its
 * servers' logs are there, with their calls, and it works as before.
 */
import { fileURLToPath } from 'node:url'
import { createMCPClient } from '@ai-sdk/mcp'
import { Experimental_StdioMCPTransport as StdioMCPTransport } from '@ai-sdk/mcp/mcp-stdio'
import { observe } from '@logboom/sdk/client'
import type { LogRecord } from '@logboom/sdk/record'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { expect, test } from 'vitest'

const command = {
  command: process.execPath,
  args: [fileURLToPath(new URL('./servers/agent-tools.mjs', import.meta.url))],
}

const forecast = async (transport: StdioMCPTransport | StdioClientTransport): Promise<LogRecord[]> => {
  const records: LogRecord[] = []
  const observation = observe(transport, {
    server: 'weather',
    onRecord: (record) => void records.push(record),
  })
  const client = await createMCPClient({ transport: transport as StdioMCPTransport })
  const tools = await client.tools()
  const result = await tools.forecast?.execute({ city: 'Bergen' }, { toolCallId: '1', messages: [] })
  expect(result).toMatchObject({ content: [{ type: 'text', text: 'rain' }] })
  await client.close()
  await observation.close()
  return records
}

const expectLog = (records: LogRecord[]): void => {
  const logs = records.filter(({ source }) => source === 'message')
  expect(logs).toMatchObject([
    {
      server: 'weather',
      level: 'warning',
      logger: 'weather',
      message: 'no sun in Bergen',
      attributes: { city: 'Bergen' },
      call: { method: 'tools/call', tool: 'forecast', attribution: 'inferred' },
    },
  ])
  const outcomes = records.filter(({ message }) => message === 'tools/call forecast ok')
  expect(outcomes).toHaveLength(1)
}

test("the framework's own stdio transport", async () => {
  expectLog(await forecast(new StdioMCPTransport(command)))
})

test('an official transport in the framework’s client, with its stderr', async () => {
  const records = await forecast(new StdioClientTransport({ ...command, stderr: 'pipe' }))
  expectLog(records)
  const lines = records.filter(({ source }) => source === 'stderr').map(({ message }) => message)
  expect(lines).toEqual(['asked about Bergen'])
})
