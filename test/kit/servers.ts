/** Commands of the servers that tests put behind the tap. */
import { fileURLToPath } from 'node:url'
import { type Command, NODE, RAW_SERVER } from './process.ts'

const modules = new URL('../../node_modules/', import.meta.url)
const official = (name: string): string =>
  fileURLToPath(new URL(`@modelcontextprotocol/server-${name}/dist/index.js`, modules))
const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}.mjs`, import.meta.url))

export const everything: Command = [NODE, official('everything'), 'stdio']
export const filesystem = (dir: string): Command => [NODE, official('filesystem'), dir]
export const memory: Command = [NODE, official('memory')]
export const sequentialThinking: Command = [NODE, official('sequential-thinking')]
export const fixtureV1: Command = [NODE, fixture('v1-server')]
export const fixtureV2: Command = [NODE, fixture('v2-server')]
export const raw = (script: string): Command => [NODE, RAW_SERVER, script]
