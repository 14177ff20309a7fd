// P6: one server logs 100k records a second; how long does a tool call take through the tap meanwhile, and is every
// record either in the journal or counted? The direct pipe to the same server is measured in turns with it.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { start } from './lib/client.mjs'
import { median, printTable, quantile, verdict } from './lib/figures.mjs'
import { direct, tap, withHome } from './lib/subjects.mjs'

const RATE = 100_000
const SECONDS = 3
const EVERY_MS = 10
/** The first calls wait for the processes to start, not for the flood. */
const WARM_UP = 20

const flooded = async ([command, args]) => {
  let sent
  const subject = start(command, args, {
    onLine: (line) => {
      if (line.includes('notifications/flooded')) sent = JSON.parse(line).params.sent
    },
  })
  const times = []
  await subject.sequential(WARM_UP)
  while (sent === undefined) {
    times.push(...(await subject.sequential(1)))
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS))
  }
  await subject.close()
  return { p99: quantile(times, 0.99) / 1000, p50: quantile(times, 0.5) / 1000, sent }
}

/** Flood records in the journals of a home, and records told there as dropped. */
const kept = (home) => {
  let stored = 0
  let dropped = 0
  let bytes = 0
  const dir = join(home, 'journal')
  for (const file of readdirSync(dir)) {
    for (const line of readFileSync(join(dir, file), 'utf8').split('\n')) {
      if (line.includes('"logger":"flood"')) stored++
      else if (line.includes('"event":"drop"')) {
        const { attributes } = JSON.parse(line)
        dropped += attributes.records
        bytes += attributes.bytes ?? 0
      }
    }
  }
  return { stored, dropped, bytes }
}

const FLOOD = ['--flood', String(RATE), '--seconds', String(SECONDS)]

export const tapFlood = async (rounds = 5) => {
  const results = []
  for (let i = 0; i < rounds; i++) {
    const plain = await flooded(direct(FLOOD))
    results.push(
      await withHome(async (home) => {
        const through = await flooded(tap(home, FLOOD))
        return { plain, through, ...kept(home) }
      }),
    )
  }
  const of = (pick) => median(results.map(pick))
  const share = of((r) => (100 * r.stored) / r.through.sent)
  const unexplained = of((r) => r.through.sent - r.stored - r.dropped)
  const skipped = of((r) => r.bytes)
  return [
    verdict(
      'P6 call p99 under 100k logs/s, ms',
      of((r) => r.through.p99),
      10,
      'less',
      `direct ${of((r) => r.plain.p99).toFixed(2)} ms; p50 ${of((r) => r.through.p50).toFixed(2)} ms, direct ${of((r) => r.plain.p50).toFixed(2)} ms`,
    ),
    verdict(
      'P6 captured, %',
      share,
      99,
      'more',
      `of ${of((r) => r.through.sent)} sent ${of((r) => r.stored)} stored, ${of((r) => r.dropped)} counted as dropped, ${skipped} bytes passed over; ${unexplained} in those bytes`,
    ),
  ]
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) printTable(await tapFlood())
