/**
 * An independent recorder of the bytes that pass, for tests: `node recorder.mjs DIR -- CMD ARGS…`.
 *
 * Runs CMD, forwards stdin, stdout and stderr, and writes what passed to a folder of its own, `DIR/TIME-PID/`:
 *   stdin.bin stdout.bin stderr.bin   the bytes
 *   chunks.ndjson                     one `{"t":ms,"stream":…,"offset":n,"bytes":n}` per read
 *   start.json, end.json              `{argv, pid, recorder, parent, t}` and `{code, signal, t}`; no end.json if the recorder was killed
 * Bytes are written to disk before they are forwarded, so the recording never holds less than the far side saw.
 * It shares no code with Logboom: it is the oracle. Backpressure: a full side pauses its own source only.
 */
import { spawn } from 'node:child_process'
import { closeSync, fstatSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'

const separator = process.argv.indexOf('--')
const base = process.argv[2]
const [command, ...args] = process.argv.slice(separator + 1)
if (separator !== 3 || base === undefined || command === undefined) {
  process.stderr.write('usage: recorder.mjs DIR -- CMD ARGS…\n')
  process.exit(2)
}

const now = () => performance.timeOrigin + performance.now()
const dir = join(base, `${Math.round(now() * 1000)}-${process.pid}`)
mkdirSync(dir, { recursive: true })

const writeAll = (fd, bytes) => {
  let done = 0
  while (done < bytes.length) done += writeSync(fd, bytes, done)
}

const index = openSync(join(dir, 'chunks.ndjson'), 'w')
const offsets = { stdin: 0, stdout: 0, stderr: 0 }
const files = {}
for (const stream of Object.keys(offsets)) files[stream] = openSync(join(dir, `${stream}.bin`), 'w')

const record = (stream, chunk) => {
  writeAll(files[stream], chunk)
  const line = { t: now(), stream, offset: offsets[stream], bytes: chunk.length }
  writeAll(index, Buffer.from(`${JSON.stringify(line)}\n`))
  offsets[stream] += chunk.length
}

// process.stdout writes synchronously to pipes, which would stop everything when one reader is slow.
const output = (fd, fallback) => {
  const stat = fstatSync(fd)
  return stat.isFIFO() || stat.isSocket() ? new Socket({ fd, readable: false, writable: true }) : fallback
}
const stdout = output(1, process.stdout)
const stderr = output(2, process.stderr)

const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] })
writeFileSync(
  join(dir, 'start.json'),
  JSON.stringify({
    argv: [command, ...args],
    pid: child.pid,
    recorder: process.pid,
    parent: process.ppid,
    t: now(),
  }),
)

const forward = (stream, from, to) => {
  from.on('data', (chunk) => {
    record(stream, chunk)
    if (to.destroyed) return
    if (!to.write(chunk)) {
      from.pause()
      to.once('drain', () => from.resume())
    }
  })
  // The reader is gone: so the writer must find out, as it would without the recorder.
  to.on('error', () => from.destroy())
}
forward('stdin', process.stdin, child.stdin)
forward('stdout', child.stdout, stdout)
forward('stderr', child.stderr, stderr)
process.stdin.on('end', () => child.stdin.end())
process.stdin.on('error', () => child.stdin.end())

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP']
for (const signal of SIGNALS) process.on(signal, () => child.kill(signal))

const finish = (code, signal) => {
  writeFileSync(join(dir, 'end.json'), JSON.stringify({ code, signal, t: now() }))
  for (const fd of [...Object.values(files), index]) closeSync(fd)
  for (const name of SIGNALS) process.removeAllListeners(name)
  if (signal !== null) process.kill(process.pid, signal)
  else process.exit(code)
}

child.on('error', () => {
  process.stdin.destroy()
  finish(127, null)
})
child.on('close', (code, signal) => {
  process.stdin.destroy()
  // Ended sockets have handed over all their bytes; a reader that is gone ends them too.
  let open = 2
  const closed = () => {
    open -= 1
    if (open === 0) finish(code, signal)
  }
  for (const socket of [stdout, stderr]) {
    if (socket.destroyed || !(socket instanceof Socket)) closed()
    else socket.once('close', closed).end()
  }
})
