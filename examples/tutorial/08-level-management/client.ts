import { connectAll } from '@logboom/sdk/client'

const heard: string[] = []
const target = new URL('./server.ts', import.meta.url)
const all = await connectAll(
  { orders: target, stock: target },
  { level: 'info', onLog: ({ server, level }) => void heard.push(`${server} ${level}`) },
)

const sync = async (title: string): Promise<void> => {
  for (const server of all.servers) await all.client(server).callTool({ name: 'sync' })
  await all.flush()
  console.log(`${title}: ${heard.splice(0).join(', ')}`)
}

try {
  await sync('at first')
  // While they run: all of them, or some by name.
  await all.setLevel('error')
  await sync('errors')
  await all.setLevel('debug', { only: ['stock'] })
  await sync('stock in detail')
} finally {
  await all.close()
}
