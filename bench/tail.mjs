// The live tail: a hundred readers of a hub that stores 2,000 records a second, one of which is cut for a while, one of which
// does not read. How long a record takes from capture to a reader, and whether each reader has each record once.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { quantile, verdict } from './lib/figures.mjs'
import { startHub } from './lib/hub.mjs'

const WRITER = fileURLToPath(new URL('lib/tail-writer.mjs', import.meta.url))
const READERS = 100
const RATE = 2000
const SECONDS = 10
const CUT = 50
/** Readers whose delays are looked at; the bench must not be slower than what it measures. */
const TIMED = 5

/** Follows the tail over a plain socket; positions in order, and the delays of what came. */
const createReader = (port, timed) => {
  const positions = []
  const delays = []
  let socket
  const hear = (text) => {
    for (const [, position] of text.matchAll(/^id: (\d+)\ndata/gm)) positions.push(Number(position))
    if (!timed) return
    const now = Date.now()
    for (const [, time] of text.matchAll(/"time":([\d.]+)/g)) delays.push(now - Number(time))
  }
  const open = () =>
    new Promise((resolve, reject) => {
      const last = positions.at(-1)
      const resume = last === undefined ? '' : `Last-Event-ID: ${last}\r\n`
      let text = ''
      socket = net.connect(port, '127.0.0.1')
      socket.setEncoding('utf8').once('error', reject)
      socket.write(`GET /api/v1/tail HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${resume}\r\n`)
      socket.on('data', (part) => {
        resolve()
        // The sizes of the parts of the body stand between events.
        text = (text + part).replace(/\r\n[0-9a-f]+\r\n/g, '')
        const end = text.lastIndexOf('\n\n')
        if (end === -1) return
        hear(text.slice(0, end))
        text = text.slice(end + 2)
      })
    })
  return { positions, delays, open, cut: () => socket.destroy(), pause: () => socket.pause() }
}

const isComplete = ({ positions }, total) =>
  positions.length >= total &&
  positions.every((one, index) => index === 0 || one === positions[index - 1] + 1)

export const tail = async () => {
  const home = mkdtempSync(path.join(os.tmpdir(), 'logboom-bench-tail-'))
  const hub = await startHub(home)
  const readers = Array.from({ length: READERS }, (_, index) =>
    createReader(Number(new URL(hub.url).port), index < TIMED),
  )
  const stuck = createReader(Number(new URL(hub.url).port), false)
  try {
    await Promise.all([...readers, stuck].map((reader) => reader.open()))
    stuck.pause()
    const before = hub.cost()
    const writer = spawn(process.execPath, [WRITER, home, RATE, SECONDS], { stdio: 'inherit' })
    await wait(2000)
    readers[CUT].cut()
    await wait(5000)
    await readers[CUT].open()
    await new Promise((resolve) => writer.once('exit', resolve))
    const total = RATE * SECONDS
    const until = performance.now() + 30_000
    while (!readers.every((reader) => isComplete(reader, total)) && performance.now() < until) await wait(100)
    const after = hub.cost()
    const complete = readers.filter((reader) => isComplete(reader, total)).length
    const delays = readers.flatMap((reader) => reader.delays)
    const skipped = await hub.metric('logboom_tail_skipped_total')
    const cpu = (after.cpuUs - before.cpuUs) / total
    return [
      verdict(
        'P7 tail p95 ms',
        quantile(delays, 0.95),
        150,
        'less',
        `capture to reader, p50 ${quantile(delays, 0.5).toFixed(0)} ms, ${READERS} readers at ${RATE}/s; the page has the other 150`,
      ),
      verdict(
        'SSE complete readers',
        complete,
        READERS,
        'more',
        `no gap, no double, one cut for 5 s; ${skipped} skipped for one that does not read`,
      ),
      verdict(
        'SSE hub MB',
        after.peak,
        300,
        'less',
        `${cpu.toFixed(0)} CPU us a record for ingest and all readers`,
      ),
    ]
  } finally {
    for (const reader of [...readers, stuck]) reader.cut()
    await hub.stop()
    rmSync(home, { recursive: true, force: true })
  }
}
