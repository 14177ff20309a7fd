// One way out, taking the records of a file, some of them twice: `cost-one.mjs JOB WAY RECORDS-FILE DIR PORTS-JSON`. Prints as JSON what each
// record cost in CPU microseconds of this process, all threads, until everything had left.
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { setImmediate as turn } from 'node:timers/promises'
import { WAYS } from './cost-ways.mjs'

const [job = '', name = '', file = '', dir = '', ports = '{}'] = process.argv.slice(2)
const open = WAYS[job]?.[name]
if (open === undefined) throw new Error(`no way ${name} for ${job}`)
const records = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line))

// A worker that a way out waits for may be unref'd.
setInterval(() => {}, 1000)
const way = await open({ dir, ...JSON.parse(ports) })
const run = async (some) => {
  for (const [index, record] of some.entries()) {
    way.take(record)
    if (index % 256 === 255) await turn()
  }
}
// What is compiled at first is no record's cost.
const warm = Math.floor(records.length / 4)
await run(records.slice(0, warm))
const { user, system } = process.cpuUsage()
await run(records.slice(warm))
await way.end()
const spent = process.cpuUsage()
process.stdout.write(
  JSON.stringify({ us: (spent.user + spent.system - user - system) / (records.length - warm) }),
)
process.exit(0)
