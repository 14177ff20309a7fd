// All benches, one table. Ratios against named baselines from interleaved runs; a missed goal is printed, not failed:
// a busy machine would fail every build. `node bench/run.mjs latency` runs one (latency, start, flood, receive, write, burst, store,
// readers, tail, cost, ui); `store=1m,5m` gives it arguments.
import os from 'node:os'
import process from 'node:process'
import { cost } from './cost.mjs'
import { printTable } from './lib/figures.mjs'
import { readers } from './readers.mjs'
import { sdkBurst } from './sdk-burst.mjs'
import { sdkReceive } from './sdk-receive.mjs'
import { sdkWrite } from './sdk-write.mjs'
import { store } from './store.mjs'
import { tail } from './tail.mjs'
import { tapFlood } from './tap-flood.mjs'
import { tapLatency } from './tap-latency.mjs'
import { tapStart } from './tap-start.mjs'
import { ui } from './ui.mjs'

const BENCHES = {
  latency: tapLatency,
  start: tapStart,
  flood: tapFlood,
  receive: sdkReceive,
  write: sdkWrite,
  burst: sdkBurst,
  store,
  readers,
  tail,
  cost,
  ui,
}

const asked = new Map(
  process.argv.slice(2).map((word) => {
    const [name, values = ''] = word.split('=')
    return [name, values.split(',').filter((value) => value !== '')]
  }),
)
const unknown = [...asked.keys()].filter((name) => !(name in BENCHES))
if (unknown.length > 0) {
  console.error(`no such bench: ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}`)
  process.exit(2)
}

const load = () => os.loadavg()[0].toFixed(1)
const before = load()
const rows = []
for (const [name, bench] of Object.entries(BENCHES)) {
  if (asked.size > 0 && !asked.has(name)) continue
  console.error(`running ${name} …`)
  rows.push(...(await bench(...(asked.get(name) ?? []))))
}
printTable(rows)
console.log(
  `\nNode ${process.version}, ${os.availableParallelism()} cores, load ${before} before and ${load()} after. ` +
    'Medians over interleaved rounds; trust the ratios, not the absolute figures.',
)
