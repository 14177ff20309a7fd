import { fileURLToPath } from 'node:url'
import { connectAll } from '@logboom/sdk/client'
import type { LogRecord } from '@logboom/sdk/record'

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const onLog = ({ server, level, message }: LogRecord): void => console.log(`[${server}] ${level}: ${message}`)

/** One call to each server that is connected. */
const useAll = async (title: string, all: Awaited<ReturnType<typeof connectAll>>): Promise<void> => {
  console.log(`${title}: ${all.servers.join(', ')}`)
  try {
    for (const server of all.servers) {
      const call =
        server === 'weather'
          ? { name: 'forecast', arguments: { city: 'Beijing' } }
          : { name: 'analyze_data', arguments: { data: [1, 2, 3] } }
      await all.client(server).callTool(call)
    }
  } finally {
    await all.close()
  }
}

// 1. An object: a name and a target for each. A target is a script, a command, a URL, a transport …
const servers = {
  analytics: here('analytics.ts'),
  weather: { command: process.execPath, args: ['--import', 'tsx', here('weather.ts')] },
}
await useAll('object', await connectAll(servers, { onLog }))

// 2. The configuration of a host, as `mcp.json` has it: an object, or the path of its file.
await useAll('mcp.json', await connectAll(here('mcp.json'), { onLog }))

// 3. Some of them, by name.
await useAll('subset', await connectAll(here('mcp.json'), { only: ['weather'], onLog }))
