/**
 * What a stdio server prints on stdout breaks its stream of messages. The guard, when asked for, makes `stdout` records of it
 * and lets the transport's own messages pass.
 */
import type { Level } from '../record/index.ts'
import { currentRequest } from './context.ts'
import { defaultCore } from './default-core.ts'

export interface GuardOptions {
  /** @default 'warning' */
  level?: Level
}

/** Text kept while its line is not ended: 64 KiB, then it is a record as it is. */
const MAX_LINE = 64 * 1024

/** A message as every SDK writes it: one line of JSON-RPC. */
const isMessage = (text: string): boolean =>
  text.startsWith('{') &&
  text.indexOf('\n') === text.length - 1 &&
  text.includes('"jsonrpc":"2.0"') &&
  isJson(text)

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/**
 * Turns stray `console.log` and `process.stdout.write` into `stdout` records. Returns what ends it.
 * @example
 * guardStdout()
 * await server.connect(new StdioServerTransport())
 */
export const guardStdout = ({ level = 'warning' }: GuardOptions = {}): (() => void) => {
  const { stdout } = process
  const original = stdout.write
  let partial = ''

  const tell = (line: string): void => {
    if (line.trim() === '') return
    defaultCore().local({ level, message: line, attributes: {} }, currentRequest(), 'stdout')
  }

  const stray = (text: string): void => {
    const lines = `${partial}${text}`.split(/\r?\n/)
    partial = lines.pop() ?? ''
    for (const line of lines) tell(line)
    if (partial.length > MAX_LINE) flush()
  }

  const flush = (): void => {
    const left = partial
    partial = ''
    tell(left)
  }

  const guarded = (...args: unknown[]): boolean => {
    const [chunk, encoding] = args
    const text =
      typeof chunk === 'string'
        ? chunk
        : chunk instanceof Uint8Array
          ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('utf8')
          : undefined
    const isPlain = encoding === undefined || typeof encoding === 'function' || encoding === 'utf8'
    if (text === undefined || (isPlain && isMessage(text))) return Reflect.apply(original, stdout, args)
    stray(text)
    const done = args.find((arg) => typeof arg === 'function') as (() => void) | undefined
    if (done !== undefined) process.nextTick(done)
    return true
  }

  stdout.write = guarded as typeof stdout.write
  return () => {
    flush()
    if (stdout.write === (guarded as typeof stdout.write)) stdout.write = original
  }
}
