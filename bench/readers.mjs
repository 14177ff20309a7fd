// Reading while writing: a hub stores journalled records as fast as it can while a process of its own asks, without a pause or
// twenty times a second, through the API or from the store's files. What the answers take, whether any fails because somebody writes,
// and how much ingest slows, over rounds without a reader in the same run.
import { spawn } from 'node:child_process'
import { linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { median, printTable, quantile, verdict } from './lib/figures.mjs'
import { startHub } from './lib/hub.mjs'
import { writeJournals } from './lib/store-records.mjs'

const READER = fileURLToPath(new URL('lib/reader.mjs', import.meta.url))
/** The archive is no entry of a package: the reader of files runs the sources. */
const FROM_SOURCES = ['--conditions=@logboom/source', '--import', 'tsx']

const VARIANTS = {
  alone: undefined,
  'api, always': { how: 'api', pace: 0 },
  'api, 20/s': { how: 'api', pace: 50 },
  'files, always': { how: 'files', pace: 0 },
  'files, 20/s': { how: 'files', pace: 50 },
}

const questionsOf = (needles) => ({
  last: { q: '*' },
  'server+level': { q: 'server:postgres level:>=error' },
  trace: { q: `trace:${needles.trace}` },
  substring: { q: `"${needles.rare}"` },
  call: { call: needles.call },
})

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

const startReader = async ({ how, pace }, hub, home, questions) => {
  const where = how === 'api' ? hub.url : join(home, 'store')
  const flags = how === 'api' ? [] : FROM_SOURCES
  const child = spawn(process.execPath, [...flags, READER, how, where, String(pace), questions], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let said = ''
  let answer = ''
  child.stdout.setEncoding('utf8').on('data', (chunk) => (answer += chunk))
  const ended = new Promise((resolve) => child.once('close', resolve))
  await new Promise((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
      said += chunk
      if (said.includes('asking\n')) resolve()
    })
    child.once('close', () => reject(new Error(`the reader ended: ${said}`)))
  })
  return {
    async stop() {
      child.stdin.end()
      await ended
      if (answer === '') throw new Error(`the reader ended: ${said}`)
      return JSON.parse(answer)
    },
  }
}

/** One hub from an empty store to everything stored and sealed. The reader is there before the first record. */
const round = async (work, journals, written, variant) => {
  const home = mkdtempSync(join(work, 'home-'))
  mkdirSync(join(home, 'journal'))
  const hub = await startHub(home, ['--max-size', '100gb', '--max-age', '3000d'])
  try {
    const reader =
      variant === undefined
        ? undefined
        : await startReader(variant, hub, home, JSON.stringify(questionsOf(written.needles)))
    const from = performance.now()
    const cpu = hub.cost().cpuUs
    // Links: the hub deletes what it has stored.
    for (const name of readdirSync(journals)) linkSync(join(journals, name), join(home, 'journal', name))
    while ((await hub.metric('logboom_records_stored_total')) < written.written) await wait(100)
    const stored = performance.now() - from
    while ((await hub.metric('logboom_store_unsealed_files')) > 0) await wait(100)
    const sealed = performance.now() - from
    const told = await reader?.stop()
    return { stored, sealed, cpuUs: hub.cost().cpuUs - cpu, ...told }
  } finally {
    await hub.stop()
    rmSync(home, { recursive: true, force: true })
  }
}

const isBusy = (message) => /busy|locked/i.test(message)

const rowsOf = (name, rounds, alone) => {
  const times = rounds.flatMap((one) => Object.values(one.times).flat())
  const errors = rounds.flatMap((one) => Object.entries(one.errors))
  const count = (found) => found.reduce((sum, [, times]) => sum + times, 0)
  const ratio = (of) => median(alone.map(of)) / median(rounds.map(of))
  const each = Object.keys(rounds[0].times).map((question) => {
    const own = rounds.flatMap((one) => one.times[question])
    return `${question} ${quantile(own, 0.5).toFixed(1)}/${quantile(own, 0.99).toFixed(1)}`
  })
  return [
    verdict(
      `${name}: p99 of an answer during ingest, ms`,
      quantile(times, 0.99),
      50,
      'less',
      `p50 ${quantile(times, 0.5).toFixed(1)}, worst ${Math.max(...times).toFixed(0)}, ${times.length} answers; p50/p99 ${each.join(', ')}`,
    ),
    verdict(
      `${name}: answers that failed`,
      count(errors),
      0,
      'less',
      `${count(errors.filter(([message]) => isBusy(message)))} busy${errors.map(([message]) => `; ${message}`).join('')}`,
    ),
    verdict(
      `${name}: ingest over ingest without`,
      ratio(({ sealed }) => sealed),
      0.85,
      'more',
      `until stored ${ratio(({ stored }) => stored).toFixed(2)}; CPU of the hub ${(1 / ratio(({ cpuUs }) => cpuUs)).toFixed(2)} times`,
    ),
  ]
}

/**
 * @param records journalled; 600,000
 * @param rounds of each variant, interleaved; 3
 */
export const readers = async (records = 600_000, rounds = 3) => {
  const work = mkdtempSync(join(tmpdir(), 'logboom-bench-readers-'))
  try {
    const written = writeJournals(work, Number(records))
    const journals = join(work, 'journal')
    const results = Object.fromEntries(Object.keys(VARIANTS).map((name) => [name, []]))
    for (let turn = 0; turn < Number(rounds); turn++) {
      const order = Object.entries(VARIANTS)
      for (const [name, variant] of turn % 2 === 0 ? order : order.toReversed())
        results[name].push(await round(work, journals, written, variant))
    }
    const { alone, ...read } = results
    const perSecond = (ms) => `${(written.written / ms).toFixed(0)}k/s`
    const of = (pick) => alone.map((one) => perSecond(pick(one))).join(' ')
    return [
      ...Object.entries(read).flatMap(([name, own]) => rowsOf(name, own, alone)),
      {
        goal: 'ingest without a reader, sealed',
        figure: perSecond(median(alone.map(({ sealed }) => sealed))),
        limit: '',
        verdict: '',
        detail: `each round ${of(({ sealed }) => sealed)}, until stored ${of(({ stored }) => stored)}`,
      },
    ]
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  printTable(await readers(...process.argv.slice(2)))
