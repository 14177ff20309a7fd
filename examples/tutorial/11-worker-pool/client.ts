import { readFileSync } from 'node:fs'
import { connect } from '@logboom/sdk/client'
import { workerSink } from '@logboom/sdk/sink'

const archive = workerSink(new URL('./archive.ts', import.meta.url), {
  threads: 2,
  data: { file: 'archive.txt' },
})
const client = await connect(new URL('./server.ts', import.meta.url), { sinks: [archive] })
let turns = 0
const turn = setInterval(() => turns++, 1)
try {
  await client.callTool({ name: 'audit' })
} finally {
  // Hands over what waits: the threads end when all is written.
  await client.close()
  clearInterval(turn)
}
const lines = readFileSync('archive.txt', 'utf8').trimEnd().split('\n')
const inOrder = lines.every((line, number) => line.startsWith(`line ${number} `))
console.log(`${lines.length} of 40`, inOrder ? 'in order' : 'out of order')
console.log(turns > 10 ? 'the event loop went on' : 'the event loop stood still')
