/**
 * What a thread runs first, as a text: so it needs no file of its own, whether the SDK runs from its sources, from a package or out
 * of a bundle. Plain ECMAScript; it loads the handler's module and then answers each question once.
 *
 * A question is `{ id, what, batch?, timeoutMs? }`; `what` is `load`, `batch`, `flush` or `close`. Its answer is
 * `{ logboom: id, failure? }`. `{ id, what: 'abort' }` has no answer: nobody waits for question `id` any more.
 */
const SOURCE = `
import { createRequire } from 'node:module'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'

// The standard output of a stdio server is the protocol.
process.stdout.write = (...args) => process.stderr.write(...args)

const aborts = new Map()
let sink

const open = async (href) => {
  try {
    return await import(href)
  } catch (error) {
    // On Node 20 a loader such as tsx serves imports of the main thread only, but require of all.
    if (error?.code !== 'ERR_UNKNOWN_FILE_EXTENSION') throw error
    const require = createRequire(href)
    const file = fileURLToPath(href)
    if (require.extensions[extname(file)] === undefined) throw error
    return require(file)
  }
}

const load = async () => {
  const loaded = await open(workerData.href)
  // What was compiled to CommonJS has its default export one step further in.
  const usual = typeof loaded.default === 'function' ? loaded.default : loaded.default?.default
  const made = loaded.createSink ?? loaded.default?.createSink
  sink = typeof made === 'function' ? await made(workerData.data) : usual
  if (typeof sink !== 'function')
    throw new TypeError(
      typeof made === 'function'
        ? 'its createSink gives no function of a batch'
        : 'it has neither a default export that is a function of a batch nor a function createSink',
    )
}

const handle = async ({ id, batch }) => {
  const abort = new AbortController()
  aborts.set(id, abort)
  try {
    await sink(batch, { signal: abort.signal })
  } finally {
    aborts.delete(id)
  }
}

const tasks = {
  load,
  batch: handle,
  flush: ({ timeoutMs }) => sink?.flush?.(timeoutMs),
  close: ({ timeoutMs }) => sink?.close?.(timeoutMs),
}

const number = (value) => (Number.isFinite(value) ? value : undefined)

const describe = (thrown) => {
  const error = typeof thrown === 'object' && thrown !== null ? thrown : {}
  const failure = { message: String(error.message ?? thrown).slice(0, 1000) }
  if (error.name !== 'SinkError') return failure
  const rejects = Array.isArray(error.rejects)
    ? error.rejects.map((one) => ({
        index: Number(one.index),
        reason: String(one.reason).slice(0, 1000),
        retryable: one.retryable === true,
      }))
    : undefined
  return {
    ...failure,
    retryable: error.retryable === true,
    retryAfterMs: number(error.retryAfterMs),
    rejectedCount: number(error.rejectedCount),
    rejects,
  }
}

parentPort.on('message', async (question) => {
  if (question.what === 'abort') return aborts.get(question.id)?.abort()
  let failure
  try {
    await tasks[question.what](question)
  } catch (thrown) {
    failure = describe(thrown)
  }
  parentPort.postMessage({ logboom: question.id, failure })
})
`

/** The address of the program above. */
export const BOOT = new URL(`data:text/javascript,${encodeURIComponent(SOURCE)}`)
