// Writes a journal at a steady rate, as a capture does: HOME RECORDS-PER-SECOND SECONDS.
import path from 'node:path'
import process from 'node:process'
import { createJournalWriter, ownStart } from '@logboom/sdk/journal'
import { createIds } from '@logboom/sdk/record'

const [home, rate, seconds] = process.argv.slice(2)
const newId = createIds()
const run = newId(Date.now())
const journal = createJournalWriter({
  dir: path.join(home, 'journal'),
  header: { run, server: 'analytics', pid: process.pid, pidStart: ownStart() },
})
const total = Number(rate) * Number(seconds)
const began = performance.now()
let seq = 0

const write = () => {
  const due = Math.min(total, Math.floor(((performance.now() - began) / 1000) * Number(rate)))
  for (; seq < due; seq++) {
    const now = Date.now()
    journal.append({
      id: newId(now),
      time: now,
      observed: now,
      seq,
      level: seq % 50 === 0 ? 'error' : 'info',
      server: 'analytics',
      run,
      source: 'stderr',
      message: `request ${seq} handled by worker in 12 ms`,
      attributes: { user: { id: seq % 100, name: 'somebody' }, path: '/api/v1/things', status: 200 },
    })
  }
}

await new Promise((resolve) => {
  const timer = setInterval(() => {
    write()
    if (seq < total) return
    clearInterval(timer)
    resolve()
  }, 5)
})
await journal.close(5000)
