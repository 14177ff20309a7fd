/**
 * An application with one stdio server, as a program: `node host.mjs LINE FOLDER TEXT SERVER-ARGS-AS-JSON`. The server writes the
 * text to its stderr; its records go to FOLDER/play.log. Prints what the call gave.
 */
import { join } from 'node:path'
import process from 'node:process'
import { connect } from '@logboom/sdk/client'
import { fileSink } from '@logboom/sdk/sink'
import { Client as ClientV2 } from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'

const [, , line, folder, text, server] = process.argv
const info = { name: 'host', version: '1.0.0' }
const mode = line === 'v2 legacy' ? 'legacy' : { pin: '2026-07-28' }
const given = line === 'v1' ? new ClientV1(info) : new ClientV2(info, { versionNegotiation: { mode } })

const client = await connect(
  { command: process.execPath, args: JSON.parse(server) },
  { server: 'play', client: given, sinks: [fileSink(join(folder, '{server}.log'))] },
)
const result = await client.callTool({ name: 'play', arguments: { steps: [{ stderr: `${text}\n` }] } })
await client.close()
console.log(result.isError ? JSON.stringify(result) : 'ok')
