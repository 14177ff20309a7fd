// P4: what one `ctx.log.info` with five fields costs, in CPU microseconds until it is in a file behind stderr, against pino, winston and
// LogTape doing the same; and what a filtered-out level costs.
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { runIntoFile } from './lib/child.mjs'
import { median, printTable, verdict } from './lib/figures.mjs'

const COUNT = 40_000
const FILTERED = 2_000_000
const NAMES = ['pino', 'winston', 'logtape', 'logboom']

export const sdkWrite = async (rounds = 5) => {
  const results = []
  for (let i = 0; i < rounds; i++) {
    const round = {}
    for (const name of NAMES) {
      const { us, bytes } = await runIntoFile('log-writer.mjs', [name, COUNT])
      if (bytes < COUNT * 60) throw new Error(`${name} wrote ${bytes} bytes for ${COUNT} records`)
      round[name] = us
    }
    round.filtered = (await runIntoFile('log-writer.mjs', ['logboom', FILTERED, 'warning'])).us
    round.pinoFiltered = (await runIntoFile('log-writer.mjs', ['pino', FILTERED, 'warning'])).us
    results.push(round)
  }
  const of = (pick) => median(results.map(pick))
  const shown = NAMES.map((name) => `${name} ${of((r) => r[name]).toFixed(1)}`).join(', ')
  return [
    verdict(
      'P4 ctx.log.info to stderr, over pino',
      of((r) => r.logboom / r.pino),
      1.5,
      'less',
      `us: ${shown}`,
    ),
    verdict(
      'P4 filtered-out level, us',
      of((r) => r.filtered),
      0.1,
      'less',
      `pino ${of((r) => r.pinoFiltered).toFixed(3)}`,
    ),
  ]
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) printTable(await sdkWrite())
