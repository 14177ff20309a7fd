/**
 * Captures without servers: journals of many runs, written by the SDK's own writer. Every record follows from its run and its
 * number alone, so what was captured need not be remembered to know what must be stored.
 */
import { mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import {
  createJournalWriter,
  type JournalWriter,
  ownStart,
  SEGMENT_BYTES,
  segmentName,
} from '@logboom/sdk/journal'
import type { LogRecord } from '@logboom/sdk/record'

export interface TrafficRun {
  run: string
  server: string
  /** `observed` of its record 0. */
  began: number
  /** Its process was killed: nobody writes an exit record. */
  dead: boolean
  /** Records given to its journal. */
  count: number
  journal: JournalWriter
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0').slice(-digits)

/** A UUIDv7 of the run with this number. */
const runId = (began: number, number: number): string =>
  `${hex(began, 12).slice(0, 8)}-${hex(began, 12).slice(8)}-7${hex(number, 3)}-8000-${hex(number, 12)}`

/** The id of a run's record: its run's, with the record's number at the end. */
const idOf = (run: string, seq: number): string => `${run.slice(0, 24)}${hex(seq, 12)}`

const TEXTS = [
  'connection refused',
  '数据库连接已断开',
  'processed 42 rows',
  'cache miss for key user:7',
  'zażółć gęślą jaźń',
]
const LEVELS = ['debug', 'info', 'info', 'notice', 'warning', 'error'] as const

const CALL_EVERY = 12

/** The record that a run has at a number. */
export const recordOf = (
  { run, server, began }: Pick<TrafficRun, 'run' | 'server' | 'began'>,
  seq: number,
): LogRecord => {
  const time = began + seq / 4
  const base = { id: idOf(run, seq), time, observed: time, seq, server, run }
  const round = Math.floor(seq / CALL_EVERY)
  const call = {
    id: `${run.slice(-4)}-${round}`,
    method: 'tools/call',
    tool: `tool-${round % 7}`,
    requestId: round,
    from: 'client',
  } as const
  const place = seq % CALL_EVERY
  if (place === 2)
    return {
      ...base,
      level: 'info',
      source: 'call',
      message: `tools/call ${call.tool} started`,
      attributes: { arguments: { query: `round ${round}` } },
      call: { ...call, attribution: 'exact', status: 'started' },
    }
  if (place === 9)
    return {
      ...base,
      level: 'info',
      source: 'call',
      message: `tools/call ${call.tool} ok`,
      attributes: { result: { rows: seq } },
      call: { ...call, attribution: 'exact', status: 'ok', durationMs: 1.75 },
    }
  return {
    ...base,
    level: LEVELS[seq % LEVELS.length] ?? 'info',
    source: seq % 2 === 0 ? 'stderr' : 'message',
    message: `${TEXTS[seq % TEXTS.length]} #${seq}${seq % 97 === 0 ? ` ${'x'.repeat(3000)}` : ''}`,
    attributes: { n: seq, user: { id: `u${seq % 100}` }, text: 'y'.repeat(seq % 120) },
    ...(place > 2 && place < 9 ? { call: { ...call, attribution: 'inferred' as const } } : {}),
  }
}

/** The exit record of a run that ended well, at its last number. */
export const exitOf = (run: TrafficRun): LogRecord => {
  const { id, time, observed, seq, server } = recordOf(run, run.count - 1)
  return {
    id,
    time,
    observed,
    seq,
    level: 'info',
    server,
    run: run.run,
    source: 'lifecycle',
    message: 'exited with code 0',
    attributes: { event: 'exit', code: 0 },
  }
}

/** Calls that the first `count` records of a run leave open. */
export const openCalls = (count: number): number =>
  count % CALL_EVERY > 2 && count % CALL_EVERY <= 9 ? 1 : 0

export interface Traffic {
  runs: TrafficRun[]
  /** Begins a run whose process lives: this one. */
  begin(server: string): TrafficRun
  append(run: TrafficRun, records: number): void
  /** The run ends with its exit record. */
  end(run: TrafficRun): Promise<void>
  /** The journal of a run whose process was killed appears, as a whole. */
  bury(server: string, records: number): Promise<void>
  /** Waits until everything appended is in the journals. */
  flush(): Promise<void>
  /** Nothing comes of it any more. */
  ended(run: TrafficRun): boolean
  /** Every run that was not ended ends. */
  endAll(): Promise<void>
}

export interface TrafficSettings {
  home: string
  /** Of the journals; small, so that there are many to be deleted. */
  segmentBytes?: number
}

const WAIT_MS = 20_000

export const createTraffic = ({ home, segmentBytes = 48 * 1024 }: TrafficSettings): Traffic => {
  const dir = join(home, 'journal')
  const aside = join(home, 'aside')
  const pidStart = ownStart()
  const runs: TrafficRun[] = []
  const ended = new Set<TrafficRun>()

  const create = (server: string, dead: boolean): TrafficRun => {
    const began = Date.now()
    const run = runId(began, runs.length + 1)
    const journal = createJournalWriter({
      dir: dead ? aside : dir,
      header: { run, server, pid: process.pid, pidStart: dead ? 'linux:0:1' : pidStart },
      // A run whose process is dead has its whole journal from the beginning, so it has to be one file.
      segmentBytes: dead ? SEGMENT_BYTES : segmentBytes,
    })
    const made: TrafficRun = { run, server, began, dead, count: 0, journal }
    runs.push(made)
    return made
  }

  const append = (run: TrafficRun, records: number): void => {
    for (let left = records; left > 0; left--) run.journal.append(recordOf(run, run.count++))
  }

  const written = async (run: TrafficRun, close: boolean): Promise<void> => {
    const { left } = await (close ? run.journal.close(WAIT_MS) : run.journal.flush(WAIT_MS))
    const { dropped } = run.journal.stats()
    if (left + dropped > 0) throw new Error(`a journal dropped ${dropped} records and kept ${left} waiting`)
  }

  const end = async (run: TrafficRun): Promise<void> => {
    ended.add(run)
    run.count++
    run.journal.append(exitOf(run))
    await written(run, true)
  }

  return {
    runs,
    begin: (server) => create(server, false),
    append,
    end,
    ended: (run) => ended.has(run),
    async bury(server, records) {
      const run = create(server, true)
      ended.add(run)
      append(run, records)
      await written(run, true)
      mkdirSync(dir, { recursive: true, mode: 0o700 })
      const name = segmentName(run.run, 0)
      renameSync(join(aside, name), join(dir, name))
    },
    async flush() {
      for (const run of runs) if (!ended.has(run)) await written(run, false)
    },
    async endAll() {
      for (const run of runs) if (!ended.has(run)) await end(run)
    },
  }
}
