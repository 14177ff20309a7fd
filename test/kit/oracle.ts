/**
 * What was really said, from the recorder's raw bytes on the server's side of the tap. Shares no code with Logboom: the
 * rules of design (levels, foreign data, attribution) are written here a second time, on purpose.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
type Fields = { [key: string]: Json }

interface Chunk {
  t: number
  stream: 'stdin' | 'stdout' | 'stderr'
  offset: number
  bytes: number
}

export interface Recording {
  dir: string
  start: { argv: string[]; pid: number; recorder: number; parent: number; t: number }
  /** Absent when the recorder was killed. */
  end: { code: number | null; signal: string | null; t: number } | undefined
  stdin: Buffer
  stdout: Buffer
  stderr: Buffer
  chunks: Chunk[]
}

const json = (file: string): never => JSON.parse(readFileSync(file, 'utf8')) as never

/** The recordings in a recorder's folder, oldest first. */
export const readRecordings = (base: string): Recording[] =>
  (existsSync(base) ? readdirSync(base) : [])
    .filter((name) => existsSync(join(base, name, 'start.json')))
    .sort()
    .map((name) => {
      const dir = join(base, name)
      const end = join(dir, 'end.json')
      return {
        dir,
        start: json(join(dir, 'start.json')),
        end: existsSync(end) ? json(end) : undefined,
        stdin: readFileSync(join(dir, 'stdin.bin')),
        stdout: readFileSync(join(dir, 'stdout.bin')),
        stderr: readFileSync(join(dir, 'stderr.bin')),
        chunks: readFileSync(join(dir, 'chunks.ndjson'), 'utf8')
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as Chunk),
      }
    })

/** The only recording of a folder. */
export const onlyRecording = (base: string): Recording => {
  const [recording, ...others] = readRecordings(base)
  if (recording === undefined || others.length > 0)
    throw new Error(`${readRecordings(base).length} recordings in ${base}`)
  return recording
}

interface Line {
  text: string
  /** When the recorder read its last byte. */
  t: number
}

const linesOf = (recording: Recording, stream: Chunk['stream']): Line[] => {
  const bytes = recording[stream]
  const chunks = recording.chunks.filter((chunk) => chunk.stream === stream)
  const lines: Line[] = []
  let from = 0
  let chunk = 0
  while (from < bytes.length) {
    const found = bytes.indexOf(10, from)
    const to = found === -1 ? bytes.length : found
    const last = Math.min(to, bytes.length - 1)
    while (chunk + 1 < chunks.length && (chunks[chunk + 1]?.offset ?? 0) <= last) chunk++
    lines.push({
      text: bytes.subarray(from, to).toString('utf8').replace(/\r$/, ''),
      t: chunks[chunk]?.t ?? 0,
    })
    from = to + 1
  }
  return lines
}

export interface SentLog {
  t: number
  level: string
  logger: string | undefined
  /** Undefined when the sender gave only fields: then any text will do. */
  message: string | undefined
  attributes: Fields
  params: Fields
}

export interface SentCall {
  requestId: string | number
  method: string
  tool: string | undefined
  from: 'client' | 'server'
  /** Asked for logs (modern). */
  wantsLogs: boolean
  start: number
  end: number | undefined
  outcome: 'ok' | 'tool_error' | 'rpc_error' | undefined
  arguments: Json | undefined
}

export interface Said {
  logs: SentLog[]
  /** Other notifications: method and who sent it, in order of time. */
  notifications: { method: string; from: 'client' | 'server' }[]
  calls: SentCall[]
  /** Lines on stdout that are no JSON-RPC. */
  stray: string[]
  modern: boolean
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const parse = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

/** Everything said in one recording. */
export const readSaid = (recording: Recording): Said => {
  const said: Said = { logs: [], notifications: [], calls: [], stray: [], modern: false }
  const times = new Map<object, number>()
  const read = (stream: 'stdin' | 'stdout'): Fields[] =>
    linesOf(recording, stream).flatMap(({ text, t }) => {
      if (text.trim() === '') return []
      const value = parse(text)
      const messages = (Array.isArray(value) ? value : [value]).filter(isFields)
      const known = messages.filter(
        (message) => typeof message.method === 'string' || 'result' in message || 'error' in message,
      )
      if (known.length === 0 && stream === 'stdout') said.stray.push(text)
      for (const message of known) times.set(message, t)
      return known
    })
  const all = [
    ...read('stdin').map((message) => ({ from: 'client' as const, message })),
    ...read('stdout').map((message) => ({ from: 'server' as const, message })),
  ].sort((a, b) => (times.get(a.message) ?? 0) - (times.get(b.message) ?? 0))
  for (const { from, message } of all) {
    const t = times.get(message) ?? 0
    const params = isFields(message.params) ? message.params : {}
    const meta = isFields(params._meta) ? params._meta : {}
    if (typeof message.method === 'string' && message.id !== undefined) {
      if ('io.modelcontextprotocol/protocolVersion' in meta) said.modern = true
      said.calls.push({
        requestId: message.id as string | number,
        method: message.method,
        tool: message.method === 'tools/call' ? String(params.name) : undefined,
        from,
        wantsLogs: 'io.modelcontextprotocol/logLevel' in meta,
        start: t,
        end: undefined,
        outcome: undefined,
        arguments: params.arguments,
      })
    } else if (typeof message.method === 'string') {
      if (message.method === 'notifications/message' && from === 'server') said.logs.push(readLog(params, t))
      else said.notifications.push({ method: message.method, from })
    } else {
      const asker = from === 'client' ? 'server' : 'client'
      const call = said.calls.findLast(
        (open) => open.from === asker && open.requestId === message.id && open.end === undefined,
      )
      if (call === undefined) continue
      call.end = t
      call.outcome =
        'error' in message
          ? 'rpc_error'
          : isFields(message.result) && message.result.isError === true
            ? 'tool_error'
            : 'ok'
    }
  }
  return said
}

const LEVELS = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency']
const ALIASES: Record<string, string> = {
  warn: 'warning',
  err: 'error',
  crit: 'critical',
  fatal: 'critical',
  trace: 'debug',
  emerg: 'emergency',
}

const readLog = (params: Fields, t: number): SentLog => {
  const given = typeof params.level === 'string' ? params.level.toLowerCase() : ''
  const level = LEVELS.includes(given) ? given : (ALIASES[given] ?? 'info')
  const logger = typeof params.logger === 'string' ? params.logger : undefined
  return { t, level, logger, params, ...readData(params.data) }
}

/** Foreign data by design.md section 3. */
export const readData = (data: Json | undefined): { message: string | undefined; attributes: Fields } => {
  if (typeof data === 'string') return { message: data, attributes: {} }
  if (data === undefined) return { message: undefined, attributes: {} }
  if (!isFields(data)) return { message: undefined, attributes: { data } }
  for (const key of ['msg', 'message', 'event']) {
    const text = data[key]
    if (typeof text !== 'string') continue
    const { [key]: _, extra, context, ...rest } = data
    const inner = isFields(extra) ? extra : isFields(context) ? context : {}
    return { message: text, attributes: { ...rest, ...inner } }
  }
  return { message: undefined, attributes: data }
}

const OWNERS = ['tools/call', 'prompts/get', 'resources/read', 'completion/complete']
const WINDOW = 20

/**
 * Which calls a log could belong to: `sure` were open when it was sent, whatever the clocks; `maybe` were near enough
 * to the 20 ms before it that timing decides (`slack`, milliseconds).
 */
export const candidates = (
  said: Said,
  t: number,
  source: 'message' | 'stderr',
  slack = 100,
): { sure: SentCall[]; maybe: SentCall[] } => {
  const owners = said.calls.filter(
    (call) =>
      call.from === 'client' &&
      OWNERS.includes(call.method) &&
      (source === 'stderr' || !said.modern || call.wantsLogs),
  )
  const end = (call: SentCall): number => call.end ?? Number.POSITIVE_INFINITY
  const near = owners.filter((call) => call.start <= t + slack && end(call) >= t - WINDOW - slack)
  // On one pipe the order is the order: a log before the result on stdout was sent while the call was open.
  const sure = near.filter((call) =>
    source === 'message'
      ? call.start <= t && end(call) >= t
      : call.start <= t - slack && end(call) >= t + slack,
  )
  return { sure, maybe: near.filter((call) => !sure.includes(call)) }
}
