// P1: what the tap adds to a tool call over a direct pipe, next to what `cat | server | cat` adds, and the throughput
// with 32 calls in flight. Every round starts all three, warms them up, and measures them in turns (A B C A B C …);
// the figures are medians of per-round ratios, because absolute times on a shared machine say nothing.
import process from 'node:process'
import { setTimeout } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { start } from './lib/client.mjs'
import { median, printTable, quantile, verdict } from './lib/figures.mjs'
import { cats, direct, tap, withHome } from './lib/subjects.mjs'

const WARM_UP = 1500
const BLOCKS = 5
const CALLS = 500
const IN_FLIGHT_CALLS = 6000
// What a subject still does of a burst's work must not be measured as the next subject's latency.
const SETTLE_MS = 700
const PAUSE_MS = 50
const RATE_BLOCKS = 2

const round = (home) => {
  const subjects = { direct: start(...direct()), cat: start(...cats()), tap: start(...tap(home)) }
  return measure(subjects)
}

const measure = async (subjects) => {
  const names = Object.keys(subjects)
  const latencies = Object.fromEntries(names.map((name) => [name, []]))
  const rates = Object.fromEntries(names.map((name) => [name, []]))
  for (const name of names) {
    await subjects[name].sequential(WARM_UP)
    await subjects[name].throughput(IN_FLIGHT_CALLS, 32)
    await setTimeout(SETTLE_MS)
  }
  for (let block = 0; block < BLOCKS; block++) {
    for (const name of names) {
      latencies[name].push(...(await subjects[name].sequential(CALLS)))
      await setTimeout(PAUSE_MS)
    }
  }
  for (let block = 0; block < RATE_BLOCKS; block++) {
    for (const name of names) {
      rates[name].push(await subjects[name].throughput(IN_FLIGHT_CALLS, 32))
      await setTimeout(SETTLE_MS)
    }
  }
  for (const name of names) await subjects[name].close()
  return Object.fromEntries(
    names.map((name) => [
      name,
      {
        p50: quantile(latencies[name], 0.5),
        p90: quantile(latencies[name], 0.9),
        rate: median(rates[name]),
      },
    ]),
  )
}

export const tapLatency = (rounds = 7) =>
  withHome(async (home) => {
    const results = []
    for (let i = 0; i < rounds; i++) results.push(await round(home))
    const ratio = (of) => median(results.map(of))
    const added = (quantity) =>
      ratio((r) => (r.tap[quantity] - r.direct[quantity]) / (r.cat[quantity] - r.direct[quantity]))
    const shown = (quantity) =>
      ['direct', 'cat', 'tap']
        .map((name) => `${name} ${ratio((r) => r[name][quantity]).toFixed(0)}`)
        .join(', ')
    return [
      verdict('P1 added latency p50, over cat|server|cat', added('p50'), 2, 'less', `us: ${shown('p50')}`),
      verdict('P1 added latency p90, over cat|server|cat', added('p90'), 2, 'less', `us: ${shown('p90')}`),
      verdict(
        'P1 calls/s with 32 in flight, over direct',
        ratio((r) => r.tap.rate / r.direct.rate),
        0.7,
        'more',
        shown('rate'),
      ),
    ]
  })

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) printTable(await tapLatency())
