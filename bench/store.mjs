// P2 and P5: what a hub makes of a million journalled records (`store`; `store=5m`, `store=10m` on demand), from outside: the built
// command line ingests the journals, and its API is asked. In the same run the same records go through a bare prepared insert, and
// into what people would use instead: one SQLite file with FTS5, DuckDB, and ripgrep over the NDJSON.
import { execFile } from 'node:child_process'
import { linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { printTable, quantile, verdict } from './lib/figures.mjs'
import { startHub } from './lib/hub.mjs'
import { writeJournals } from './lib/store-records.mjs'

const execute = promisify(execFile)
const script = (name) => fileURLToPath(new URL(`./lib/${name}`, import.meta.url))

const sizeOf = (directory) =>
  readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)

const peer = async (kind, ndjson, work, needles) => {
  mkdirSync(work, { recursive: true })
  const args = [script('store-peers.mjs'), kind, ndjson, work, JSON.stringify(needles)]
  const { stdout } = await execute(process.execPath, args, { maxBuffer: 1 << 26 })
  rmSync(work, { recursive: true, force: true })
  return JSON.parse(stdout)
}

/** The journals, and links to them: the hub deletes what it has stored. */
const prepare = (home, ndjson, records) => {
  const written = writeJournals(home, records)
  mkdirSync(ndjson)
  for (const name of readdirSync(join(home, 'journal')))
    linkSync(join(home, 'journal', name), join(ndjson, name))
  return written
}

const KEEP = ['--max-size', '100gb', '--max-age', '3000d']

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Until every record is stored and sealed; records a second, and what the process used. */
const ingest = async (hub, records) => {
  const from = performance.now()
  while ((await hub.metric('logboom_records_stored_total')) < records) await wait(200)
  const stored = performance.now()
  while ((await hub.metric('logboom_store_unsealed_files')) > 0) await wait(200)
  return { ms: performance.now() - from, hotMs: stored - from, ...hub.cost() }
}

const QUESTIONS = ({ needles, from, until }) => {
  const q = (text) => `records?limit=100&q=${encodeURIComponent(text)}`
  return {
    last: 'records?limit=100',
    serverLevel: q('server:postgres level:>=error'),
    trace: q(`trace:${needles.trace}`),
    call: `calls/${needles.call}`,
    substring: q(`"${needles.rare}"`),
    absent: q('"zebra crossing 99x"'),
    short: q('ßq'),
    histogram: `histogram?by=level&step=600000&since=${Math.floor(from)}&until=${Math.ceil(until)}`,
  }
}

/** Milliseconds of one answer; one that comes to the hub's limit is missed by far, and the rest is measured all the same. */
const timeOf = async (hub, path) => {
  const from = performance.now()
  try {
    await hub.api(path)
  } catch (error) {
    if (!/LB_QUERY_LIMIT/.test(error.message)) throw error
    return Number.POSITIVE_INFINITY
  }
  return performance.now() - from
}

/** Milliseconds of the median and the 99th of forty, after a warm-up. */
const ask = async (hub, path, rounds = 40) => {
  for (let i = 0; i < 3; i++) {
    if ((await timeOf(hub, path)) === Number.POSITIVE_INFINITY)
      return { p50: Number.POSITIVE_INFINITY, p99: Number.POSITIVE_INFINITY }
  }
  const times = []
  for (let i = 0; i < rounds; i++) times.push(await timeOf(hub, path))
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) }
}

const limitsOf = (millions) => ({
  last: millions > 5 ? 25 : 10,
  serverLevel: millions > 5 ? 25 : 10,
  trace: millions > 5 ? 25 : 10,
  call: millions > 5 ? 25 : 10,
  substring: 50 * millions,
  absent: 50 * millions,
  short: 400 * millions,
  histogram: 100 * millions,
})

const measure = async (records) => {
  const millions = records / 1e6
  const label = `${millions}M`
  const work = mkdtempSync(join(tmpdir(), 'logboom-bench-'))
  const home = join(work, 'home')
  const ndjson = join(work, 'ndjson')
  const rows = []
  try {
    const written = prepare(home, ndjson, records)
    const bytes = sizeOf(ndjson)
    const bareBefore = await peer('bare', ndjson, join(work, 'peer'), written.needles)
    const hub = await startHub(home, KEEP)
    try {
      const { ms, hotMs, cpuUs, peak } = await ingest(hub, written.written)
      const perSecond = (written.written / ms) * 1000
      const bareAfter = await peer('bare', ndjson, join(work, 'peer'), written.needles)
      const bare = (bareBefore.perSecond + bareAfter.perSecond) / 2
      rows.push(
        verdict(
          `P2 ${label} journal to store, sealed, k records/s`,
          perSecond / 1e3,
          60,
          'more',
          `until stored ${(written.written / hotMs).toFixed(0)}k/s; CPU us/record ${(cpuUs / written.written).toFixed(1)}`,
        ),
        verdict(
          `P2 ${label} over a bare prepared insert`,
          perSecond / bare,
          0.4,
          'more',
          `bare ${(bare / 1e3).toFixed(0)}k/s, CPU us/record ${bareBefore.cpuUs.toFixed(1)}`,
        ),
        verdict(`${label} MB resident at full ingest, peak`, peak, 300, 'less', ''),
        verdict(
          `${label} bytes on disk over NDJSON`,
          sizeOf(join(home, 'store')) / bytes,
          1,
          'less',
          `NDJSON ${(bytes / written.written).toFixed(0)} bytes a record`,
        ),
      )
      const rare = await hub.api(QUESTIONS(written).substring)
      if (rare.items.length !== 1) throw new Error(`the rare text was found ${rare.items.length} times`)
      const peers = {}
      for (const kind of ['fts5', 'duckdb', 'ripgrep'])
        peers[kind] = await peer(kind, ndjson, join(work, 'peer'), written.needles)
      for (const [name, path] of Object.entries(QUESTIONS(written))) {
        const { p50, p99 } = await ask(hub, path)
        const others = Object.entries(peers)
          .filter(([, { queries }]) => queries[name] !== undefined)
          .map(([kind, { queries }]) => `${kind} ${queries[name].toFixed(1)}`)
        rows.push(
          verdict(
            `P5 ${label} ${name}, ms`,
            p50,
            limitsOf(millions)[name],
            'less',
            `p99 ${p99.toFixed(1)}; ${others.join(', ')}`,
          ),
        )
      }
      rows.push(
        ...['fts5', 'duckdb'].map((kind) => ({
          goal: `${label} the same in ${kind}`,
          figure: `${(peers[kind].perSecond / 1e3).toFixed(0)}k/s`,
          limit: '',
          verdict: '',
          detail: `${(peers[kind].bytes / bytes).toFixed(2)} of the NDJSON's bytes`,
        })),
      )
    } finally {
      await hub.stop()
    }
    return rows
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

const SIZES = { '1m': 1_000_000, '5m': 5_000_000, '10m': 10_000_000 }

/** @param sizes which of 1m, 5m, 10m; or numbers of records */
export const store = async (...sizes) => {
  const rows = []
  for (const size of sizes.length > 0 ? sizes : ['1m'])
    rows.push(...(await measure(SIZES[size] ?? Number(size))))
  return rows
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  printTable(await store(...process.argv.slice(2)))
