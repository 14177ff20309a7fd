/** Handler modules for the tests of workers: written to a folder that goes with the test, and what they have written there. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { onTestFinished } from 'vitest'
import type { Sink } from '../types.ts'
import type { WorkerSinkOptions } from './options.ts'
import { workerSink } from './worker.ts'

/** What anything may take that has to end. */
export const BOUND_MS = 15_000

/** What a handler may use. `note(text)` writes a line that survives its thread; `first(name)` is true once for all threads. */
const KIT = `
import { appendFileSync, mkdirSync } from 'node:fs'
const folder = new URL('.', import.meta.url)
const note = (text) => appendFileSync(new URL('notes', folder), text + '\\n')
const first = (name) => {
  try {
    mkdirSync(new URL(name, folder))
    return true
  } catch {
    return false
  }
}
const refuse = (message, details) => Object.assign(new Error(message), { name: 'SinkError' }, details)
`

export interface HandlerModule {
  url: URL
  /** The lines written so far. */
  notes(): string[]
}

/** @param code an ECMAScript module, after `note`, `first` and `refuse` */
export const handlerModule = (code: string): HandlerModule => {
  const folder = mkdtempSync(join(tmpdir(), 'logboom-worker-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'handler.mjs')
  writeFileSync(file, `${KIT}${code}`)
  writeFileSync(join(folder, 'notes'), '')
  return {
    url: pathToFileURL(file),
    notes: () => readFileSync(join(folder, 'notes'), 'utf8').split('\n').slice(0, -1),
  }
}

/** A sink over a handler module, closed with the test, and what its threads have written. */
export const over = (
  code: string,
  options: WorkerSinkOptions = {},
): { sink: Sink; notes: () => string[] } => {
  const { url, notes } = handlerModule(code)
  const sink = workerSink(url, options)
  onTestFinished(() => sink.close?.(BOUND_MS))
  return { sink, notes }
}

/** Numbers that threads and the test share. */
export const shared = (): Int32Array => new Int32Array(new SharedArrayBuffer(64))
