// What one record costs by each way out, in CPU microseconds until it has left the process: our sinks behind their queues, our transforms,
// and pino, winston and LogTape doing the same job. `cost=write` writes the figures to docs/cost.md.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { WAYS } from './lib/cost-ways.mjs'
import { median, printTable } from './lib/figures.mjs'
import { writeJournals } from './lib/store-records.mjs'

const RECORDS = 40_000
const ROUNDS = 3
const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const PAGE = here('../docs/cost.md')

const startReceiver = async () => {
  const child = spawn(process.execPath, [here('lib/cost-receiver.mjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data')
  return { ports: line.trim(), stop: () => child.stdin.end() }
}

/** The records of a home's journals, one JSON line each, in one file. */
const makeRecords = (work) => {
  writeJournals(work, RECORDS)
  const dir = join(work, 'journal')
  const lines = readdirSync(dir).flatMap((name) => readFileSync(join(dir, name), 'utf8').split('\n').slice(1))
  const file = join(work, 'records.ndjson')
  writeFileSync(
    file,
    lines
      .filter((line) => line !== '')
      .slice(0, RECORDS)
      .join('\n'),
  )
  return file
}

const runOne = async (job, name, file, work, ports) => {
  const dir = mkdtempSync(join(work, 'way-'))
  try {
    const child = spawn(process.execPath, [here('lib/cost-one.mjs'), job, name, file, dir, ports], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (chunk) => (text += chunk))
    const [code] = await once(child, 'close')
    if (code !== 0) throw new Error(`${name} (${job}) ended with ${code}`)
    return JSON.parse(text).us
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

const entries = Object.entries(WAYS).flatMap(([job, ways]) =>
  Object.keys(ways).map((name) => ({ job, name })),
)

const measure = async () => {
  const work = mkdtempSync(join(os.tmpdir(), 'logboom-bench-cost-'))
  const receiver = await startReceiver()
  try {
    mkdirSync(join(work, 'journal'), { recursive: true })
    const file = makeRecords(work)
    const rounds = entries.map(() => [])
    for (let round = 0; round < ROUNDS; round++) {
      const order = [...entries.keys()]
      for (const index of round % 2 === 0 ? order : order.reverse()) {
        const { job, name } = entries[index]
        rounds[index].push(await runOne(job, name, file, work, receiver.ports))
      }
    }
    return entries.map((entry, index) => ({ ...entry, us: median(rounds[index]), rounds: rounds[index] }))
  } finally {
    receiver.stop()
    rmSync(work, { recursive: true, force: true })
  }
}

/** A page of the figures, job by job. */
const pageOf = (figures) => {
  const jobs = Object.keys(WAYS).map((job) => {
    const own = figures.filter((figure) => figure.job === job)
    const first = own[0]?.us ?? Number.NaN
    const rows = own.map(({ name, us }) => `| ${name} | ${us.toFixed(2)} | ${(us / first).toFixed(2)} |`)
    return [`## ${job}`, '', '| | µs | |', '| --- | --- | --- |', ...rows].join('\n')
  })
  return `# What one log costs

Written by \`npm run bench -- cost=write\`; do not edit. CPU microseconds of one record, all threads of the process, from the call until it has left
the process (a file: until the operating system has it; a network: until the receiver has answered). ${RECORDS.toLocaleString('en')} realistic MCP records of about
500 bytes, medians of ${ROUNDS} interleaved rounds, each in a process of its own, on ${os.availableParallelism()} cores with Node ${process.version}. The last column is
over the first line of its table: trust these ratios, not the microseconds, which are this machine's.

pino, winston and LogTape do the same job with the same fields. What a server's \`ctx.log\` costs on top, see \`npm run bench -- write\`.

${jobs.join('\n\n')}
`
}

export const cost = async (mode) => {
  const figures = await measure()
  if (mode === 'write') writeFileSync(PAGE, pageOf(figures))
  return figures.map(({ job, name, us, rounds }) => ({
    goal: `${job}: ${name}, us a record`,
    figure: us.toFixed(2),
    limit: '',
    verdict: '',
    detail: rounds.map((one) => one.toFixed(1)).join(' '),
  }))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) printTable(await cost(process.argv[2]))
