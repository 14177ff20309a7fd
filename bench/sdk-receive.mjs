// P3: what it costs an app to receive a log, in CPU microseconds of its process: our client against the official SDK clients v1 and v2,
// each counting the same stream of one stdio server in a handler, and against FastMCP for Python where it is installed (LOGBOOM_BENCH_PYTHON
// names another `python3`). And 100,000 logs into a sink that never finishes.
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { fastMcpPython, run, runPython } from './lib/child.mjs'
import { median, printTable, verdict } from './lib/figures.mjs'

const COUNT = 20_000
const KINDS = ['v1', 'v2', 'logboom']
const STUCK = 100_000
/** FastMCP takes so much longer that fewer do. */
const FEWER = 4_000
const SERVER = fileURLToPath(new URL('./lib/log-server.mjs', import.meta.url))

export const sdkReceive = async (rounds = 5) => {
  const python = await fastMcpPython()
  const results = []
  for (let i = 0; i < rounds; i++) {
    const round = {}
    for (const kind of KINDS) {
      const { us, received } = await run('log-client.mjs', [kind, COUNT])
      if (received !== COUNT) throw new Error(`${kind} received ${received} of ${COUNT}`)
      round[kind] = us
    }
    if (python !== undefined) {
      const { us, received } = await runPython(python, 'log-client.py', [FEWER, SERVER, process.execPath])
      if (received !== FEWER) throw new Error(`FastMCP received ${received} of ${FEWER}`)
      round.fastmcp = us
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
      `v2 over ours ${of((r) => r.v2 / r.logboom).toFixed(2)}, FastMCP Python ${
        python === undefined
          ? 'not installed'
          : `${of((r) => r.fastmcp / r.logboom).toFixed(1)} (${of((r) => r.fastmcp).toFixed(0)} us)`
      }`,
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
