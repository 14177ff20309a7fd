// A capture as a process of its own: writes the journal of one run at a steady rate, until SIGTERM (then it tells its exit) or
// SIGKILL. `node capture.mjs HOME SERVER RECORDS-PER-SECOND`. Every record follows from its run and its number.
import path from 'node:path'
import process from 'node:process'
import { createJournalWriter, ownStart } from '@logboom/sdk/journal'
import { createIds } from '@logboom/sdk/record'

const [home, server, rate] = process.argv.slice(2)
const newId = createIds()
const run = newId(Date.now())
const journal = createJournalWriter({
  dir: path.join(home, 'journal'),
  header: { run, server, pid: process.pid, pidStart: ownStart() },
  // Small, so that there are many to be deleted.
  segmentBytes: 256 * 1024,
})
const TEXTS = ['connection refused', '数据库连接已断开', 'processed 42 rows', 'cache miss for key user:7']
const LEVELS = ['debug', 'info', 'info', 'notice', 'warning', 'error']
const CALL_EVERY = 12
let seq = 0

const recordOf = () => {
  const now = Date.now()
  const base = { id: newId(now), time: now, observed: now, seq, server, run }
  const round = Math.floor(seq / CALL_EVERY)
  const call = {
    id: `${run}-${round}`,
    method: 'tools/call',
    tool: `tool-${round % 7}`,
    requestId: round,
    from: 'client',
  }
  const place = seq % CALL_EVERY
  if (place === 2 || place === 9) {
    const status = place === 2 ? { status: 'started' } : { status: 'ok', durationMs: 1.75 }
    return {
      ...base,
      level: 'info',
      source: 'call',
      message: `tools/call ${call.tool} ${status.status}`,
      attributes: place === 2 ? { arguments: { query: `round ${round}` } } : { result: { rows: seq } },
      call: { ...call, attribution: 'exact', ...status },
    }
  }
  return {
    ...base,
    level: LEVELS[seq % LEVELS.length],
    source: seq % 2 === 0 ? 'stderr' : 'message',
    message: `${TEXTS[seq % TEXTS.length]} #${seq}${seq % 97 === 0 ? ` ${'x'.repeat(3000)}` : ''}`,
    attributes: { n: seq, user: { id: `u${seq % 100}` }, text: 'y'.repeat(seq % 120) },
    ...(place > 2 && place < 9 ? { call: { ...call, attribution: 'inferred' } } : {}),
  }
}

const append = (fields = {}) => {
  journal.append({ ...recordOf(), ...fields })
  seq++
}

const began = performance.now()
const timer = setInterval(() => {
  const due = Math.floor(((performance.now() - began) / 1000) * Number(rate))
  while (seq < due) append()
}, 10)

process.once('SIGTERM', async () => {
  clearInterval(timer)
  append({
    level: 'info',
    source: 'lifecycle',
    message: 'exited with code 0',
    attributes: { event: 'exit', code: 0 },
    call: undefined,
  })
  await journal.close(5000)
  process.exit(journal.stats().dropped > 0 ? 1 : 0)
})
process.stdout.write(`${run}\n`)
