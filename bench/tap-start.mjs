// P8: how long after the tap's own start its server has been started, and the memory the tap then takes, next to
// starting the server directly and through the least Node program that can start it: what no tap in Node can be
// faster than. The server tells when its process began (performance.timeOrigin); the moment before
// the spawn is the zero of both, so the tap's figure holds the start of Node itself.
import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { start } from './lib/client.mjs'
import { median, printTable, verdict } from './lib/figures.mjs'
import { direct, tap, withHome } from './lib/subjects.mjs'

const CALLS = 200

/** Resident memory now, in MB (10^6 bytes). */
const residentMb = (pid) => {
  const kib = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  return (kib * 1024) / 1e6
}

const measure = async ([command, args]) => {
  let told
  const stamp = new Promise((resolve) => {
    told = resolve
  })
  const from = performance.timeOrigin + performance.now()
  const subject = start(command, args, { onLine: (line) => told(JSON.parse(line).started) })
  const started = (await stamp) - from
  await subject.sequential(CALLS)
  const answered = performance.timeOrigin + performance.now() - from
  const memory = process.platform === 'linux' ? residentMb(subject.pid) : Number.NaN
  await subject.close()
  return { started, answered, memory }
}

/** The same command through a Node program that does nothing but start it. */
const least = ([command, args]) => [
  process.execPath,
  [
    '-e',
    'require("node:child_process").spawn(process.argv[1], process.argv.slice(2), { stdio: "inherit" })',
    command,
    ...args,
  ],
]

export const tapStart = (rounds = 9) =>
  withHome(async (home) => {
    const results = []
    for (let i = 0; i < rounds; i++) {
      results.push({
        direct: await measure(direct(['--stamp'])),
        least: await measure(least(direct(['--stamp']))),
        tap: await measure(tap(home, ['--stamp'])),
      })
    }
    const of = (pick) => median(results.map(pick))
    const [own, bare] = [of((r) => r.direct.started), of((r) => r.least.started)]
    return [
      verdict(
        'P8 tap start to server start, ms',
        of((r) => r.tap.started),
        80,
        'less',
        `direct ${own.toFixed(0)} ms, least Node program ${bare.toFixed(0)} ms`,
      ),
      verdict(
        'P8 the same, over the least Node program',
        of((r) => r.tap.started / r.least.started),
        1.5,
        'less',
        "our own limit: the goal's 80 ms suppose a Node that starts in about 50",
      ),
      verdict(
        'P8 resident memory, MB',
        of((r) => r.tap.memory),
        70,
        'less',
        `bare echo server ${of((r) => r.direct.memory).toFixed(0)} MB`,
      ),
    ]
  })

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) printTable(await tapStart())
