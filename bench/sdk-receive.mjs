// P3: what it costs an app to receive a log, in CPU microseconds of its process: our client against the official SDK clients v1 and v2,
// each counting the same stream of one stdio server in a handler. And 100,000 logs into a sink that never finishes.
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { run } from './lib/child.mjs'
import { median, printTable, verdict } from './lib/figures.mjs'

const COUNT = 20_000
const KINDS = ['v1', 'v2', 'logboom']
const STUCK = 100_000

export const sdkReceive = async (rounds = 5) => {
  const results = []
  for (let i = 0; i < rounds; i++) {
    const round = {}
    for (const kind of KINDS) {
      const { us, received } = await run('log-client.mjs', [kind, COUNT])
      if (received !== COUNT) throw new Error(`${kind} received ${received} of ${COUNT}`)
      round[kind] = us
    }
    results.push(round)
  }
  const of = (pick) => median(results.map(pick))
  const shown = KINDS.map((kind) => `${kind} ${of((r) => r[kind]).toFixed(1)}`).join(', ')
  const stuck = await run('log-client.mjs', ['stuck', STUCK], ['--expose-gc'])
  return [
    verdict(
      'P3 client CPU us per record received',
      of((r) => r.logboom),
      6,
      'less',
      `us: ${shown}`,
    ),
    verdict(
      'P3 SDK v1 client over ours',
      of((r) => r.v1 / r.logboom),
      4,
      'more',
      `v2 over ours ${of((r) => r.v2 / r.logboom).toFixed(2)}`,
    ),
    verdict(
      '100k logs into a stuck sink, MB grown',
      stuck.grown / 1e6,
      100,
      'less',
      `received ${stuck.received}`,
    ),
  ]
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) printTable(await sdkReceive())
