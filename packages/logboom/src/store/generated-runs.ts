/** Made-up runs for checking stores: the same for the same seed, with everything that makes stores differ. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeHeader, encodeRecord, type JournalHeader, segmentName } from '@logboom/sdk/journal'
import { createIds, LEVELS, type LogRecord, type NamedCall, type Outcome } from '@logboom/sdk/record'

export interface GeneratedRun {
  header: JournalHeader
  /** Whether its process lives; a dead run without an exit record was killed. */
  alive: boolean
  records: LogRecord[]
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export const createRandom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const START = 1_760_000_000_000
const SERVERS = ['analytics', 'model', 'database'] as const
const TOOLS = ['analyse', 'store', '查询'] as const
const MESSAGES = [
  'received data',
  'Connection REFUSED by peer',
  '处理完成',
  'retry 3 of 5',
  'é accent',
  '',
] as const
const OUTCOMES: readonly Outcome[] = ['ok', 'ok', 'ok', 'tool_error', 'rpc_error', 'timeout', 'cancelled']

/** Several runs that overlap in time. */
export const generateRuns = (seed: number): GeneratedRun[] => {
  const random = createRandom(seed)
  return Array.from({ length: 1 + Math.floor(random() * 5) }, (_, index) => generateRun(random, index))
}

const generateRun = (random: () => number, index: number): GeneratedRun => {
  const below = (limit: number): number => Math.floor(random() * limit)
  const pick = <T>(values: readonly T[]): T => values[below(values.length)] as T
  const newId = createIds()
  const server = pick(SERVERS)
  const pid = 1000 + index
  let observed = START + below(500)
  const run = newId(observed)
  const records: LogRecord[] = []
  const open: NamedCall[] = []
  let seq = 0

  const add = (fields: Partial<LogRecord>): void => {
    // Sometimes several in the same moment, and runs that tie with each other.
    observed += below(3) * 5
    records.push({
      id: newId(observed),
      time: random() < 0.1 ? observed - below(400) : observed,
      observed,
      seq: seq++,
      level: pick(LEVELS),
      server,
      run,
      source: 'stderr',
      message: pick(MESSAGES),
      attributes: random() < 0.3 ? { n: below(10), user: { id: below(3) } } : {},
      ...(random() < 0.05 ? { redacted: 1 + below(3) } : {}),
      ...fields,
    })
  }

  const steps: (() => void)[] = [
    () => add({}),
    () => add({ source: 'message', logger: 'app' }),
    () => {
      const call: NamedCall = {
        id: newId(observed),
        method: 'tools/call',
        tool: pick(TOOLS),
        requestId: seq,
        from: 'client',
        attribution: 'exact',
      }
      open.push(call)
      add({ source: 'call', level: 'info', call: { ...call, status: 'started' } })
    },
    () => {
      const [call] = open.splice(below(open.length), 1)
      if (call === undefined) return
      const status = pick(OUTCOMES)
      add({ source: 'call', level: 'info', call: { ...call, status, durationMs: below(5000) / 10 } })
      // Background work that logs after its call.
      if (random() < 0.2) add({ call })
    },
    () => {
      const call = pick(open.length === 0 ? [undefined] : open)
      if (call !== undefined) add({ call: { ...call, attribution: random() < 0.5 ? 'exact' : 'inferred' } })
    },
    () => {
      if (open.length < 2) return
      add({ call: { attribution: 'ambiguous', candidates: open.map(({ id }) => id) } })
    },
    () => {
      if (random() < 0.8) return
      const lost = 1 + below(4)
      seq += lost
      const attributes = { event: 'drop', reason: 'overflow', records: lost }
      // Not every loss is told.
      if (random() < 0.7) add({ source: 'lifecycle', level: 'warning', attributes })
    },
  ]
  add({ source: 'lifecycle', level: 'info', attributes: { event: 'start' } })
  for (let step = below(120); step > 0; step--) pick(steps)()
  const alive = random() < 0.4
  if (!alive && random() < 0.6) {
    for (const call of open.splice(0))
      add({ source: 'call', level: 'error', call: { ...call, status: 'lost' } })
    add({ source: 'lifecycle', level: 'info', attributes: { event: 'exit', code: 0 } })
  }
  return { header: { logboom: 1, run, server, pid, pidStart: 's', segment: 0 }, alive, records }
}

/** Writes runs as journals, cut into segments anywhere. */
export const writeRuns = async (dir: string, runs: readonly GeneratedRun[], seed: number): Promise<void> => {
  const random = createRandom(seed)
  await mkdir(dir, { recursive: true })
  for (const { header, records } of runs) {
    let segment = 0
    let text = encodeHeader(header)
    const put = () => writeFile(join(dir, segmentName(header.run, segment)), text)
    for (const record of records) {
      text += encodeRecord(record)
      if (random() < 0.97) continue
      // Some segments end torn, as after a failed write.
      if (random() < 0.5) text += encodeRecord(record).slice(0, 40)
      await put()
      segment += 1
      text = encodeHeader({ ...header, segment })
    }
    await put()
  }
}
