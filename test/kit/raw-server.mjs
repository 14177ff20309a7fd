/**
 * A server that does exactly what a script says, byte by byte: `node raw-server.mjs SCRIPT.json`.
 *
 * The script is an array of steps:
 *   {"emit":"stdout"|"stderr","text":…|"base64":…|"fill":[prefix,char,count,suffix], "chunk":n, "gapMs":n, "times":n}
 *                              `chunk`: bytes per write; `gapMs`: pause between writes; `times`: repeat, `#` becomes the number
 *   {"sleep":ms}               waits
 *   {"await":"text"}           waits until stdin has held this text (since the last await)
 *   {"end":true}               waits for the end of stdin
 *   {"serve":true}             answers every request on stdin with an empty result until stdin ends
 *   {"handshake":true}         answers one `initialize` request (legacy)
 *   {"ignore":"SIGTERM"}       ignores a signal
 *   {"orphan":"FILE"}          starts a grandchild that ignores SIGTERM and the end of input; its pid goes to FILE
 *   {"pid":"FILE"}             writes the own pid
 *   {"touch":"FILE"}           makes a file
 *   {"beside":[steps]}         does steps in another thread, at the same time
 *   {"exit":code} {"signal":"SIGKILL"} {"hang":true}
 * Writes are blocking writes to the file descriptor: what is written is written, and nothing is buffered at exit.
 */
import { spawn } from 'node:child_process'
import { readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import { isMainThread, Worker, workerData } from 'node:worker_threads'

const pause = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** A file that is there only when it is whole. */
const place = (file, text) => {
  writeFileSync(`${file}.part`, text)
  renameSync(`${file}.part`, file)
}

const writeAll = (fd, bytes) => {
  let done = 0
  while (done < bytes.length) {
    try {
      done += writeSync(fd, bytes, done)
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error
      pause(1)
    }
  }
}

const bytesOf = (step, number) => {
  if (step.base64 !== undefined) return Buffer.from(step.base64, 'base64')
  if (step.fill !== undefined) {
    const [prefix, char, count, suffix] = step.fill
    return Buffer.concat([Buffer.from(prefix), Buffer.alloc(count, char), Buffer.from(suffix)])
  }
  return Buffer.from(step.text.replaceAll('#', String(number)))
}

const emit = (step) => {
  const fd = step.emit === 'stderr' ? 2 : 1
  for (let number = 0; number < (step.times ?? 1); number++) {
    const bytes = bytesOf(step, number)
    const size = step.chunk ?? (bytes.length || 1)
    for (let at = 0; at < bytes.length; at += size) {
      writeAll(fd, bytes.subarray(at, at + size))
      if (step.gapMs !== undefined) pause(step.gapMs)
    }
  }
}

let seen = ''
let ended = false
let onInput = () => {}
const listen = () => {
  if (process.stdin.listenerCount('data') > 0) return
  process.stdin.setEncoding('latin1')
  process.stdin.on('data', (text) => {
    seen += text
    onInput()
  })
  process.stdin.on('end', () => {
    ended = true
    onInput()
  })
}
const input = async (ready) => {
  listen()
  while (!ready()) {
    if (ended) return false
    await new Promise((resolve) => {
      onInput = resolve
    })
  }
  return true
}
const nextRequest = async () => {
  for (;;) {
    if (!(await input(() => seen.includes('\n')))) return undefined
    const at = seen.indexOf('\n')
    const line = seen.slice(0, at)
    seen = seen.slice(at + 1)
    const message = JSON.parse(line)
    if (message.id !== undefined && message.method !== undefined) return message
  }
}
const answer = (id, result) => writeAll(1, Buffer.from(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`))

const actions = {
  emit,
  sleep: ({ sleep: ms }) => sleep(ms),
  await: async ({ await: text }) => {
    await input(() => seen.includes(text))
    seen = seen.slice(seen.indexOf(text) + text.length)
  },
  end: async () => {
    listen()
    await input(() => false)
  },
  serve: async () => {
    for (let request = await nextRequest(); request !== undefined; request = await nextRequest())
      answer(request.id, { content: [] })
  },
  handshake: async () => {
    const request = await nextRequest()
    answer(request.id, {
      protocolVersion: request.params.protocolVersion,
      capabilities: { tools: {}, logging: {} },
      serverInfo: { name: 'raw', version: '1.2.3' },
    })
  },
  ignore: ({ ignore }) => {
    process.on(ignore, () => {})
  },
  orphan: ({ orphan }) => {
    const code = `process.on('SIGTERM',()=>{});require('fs').writeFileSync(process.argv[1]+'.part',String(process.pid));require('fs').renameSync(process.argv[1]+'.part',process.argv[1]);setInterval(()=>{},1e3)`
    spawn(process.execPath, ['-e', code, orphan], { stdio: 'ignore' })
  },
  pid: ({ pid }) => place(pid, String(process.pid)),
  touch: ({ touch }) => place(touch, ''),
  beside: ({ beside }) => {
    new Worker(new URL(import.meta.url), { workerData: beside })
  },
  exit: ({ exit }) => process.exit(exit),
  signal: async ({ signal }) => {
    process.kill(process.pid, signal)
    await sleep(10_000)
  },
  hang: () => {
    setInterval(() => {}, 1000)
    return new Promise(() => {})
  },
}

const steps = isMainThread ? JSON.parse(readFileSync(process.argv[2], 'utf8')) : workerData
for (const step of steps) {
  const name = Object.keys(actions).find((key) => Object.hasOwn(step, key))
  if (name === undefined) throw new Error(`unknown step ${JSON.stringify(step)}`)
  await actions[name](step)
}
