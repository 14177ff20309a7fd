/**
 * Reads a store whose hub is dead, file by file and with plain SQL, and says what is wrong with it: damage, records that are
 * lost, doubled, altered or out of order. What should be there is known from `traffic.ts`.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { LogRecord } from '@logboom/sdk/record'
import { openDatabase } from '../../packages/logboom/src/store/sqlite/database.ts'
import { decodeRow } from '../../packages/logboom/src/store/sqlite/rows.ts'
import { exitOf, openCalls, recordOf, type Traffic, type TrafficRun } from './traffic.ts'

/** What a file holds, as far as a verdict needs it: verified once, since sealed files never change. */
interface FileSummary {
  positions: number[]
  runs: string[]
  seqs: number[]
  faults: string[]
}

export interface Verdict {
  faults: string[]
  records: number
  /** Numbers of each run, in the order of positions. */
  stored: Map<string, number[]>
  /** Records the store says it dropped, by reason. */
  dropped: Record<string, number>
  /** What the journals' drops are counted as. */
  counters: Record<string, number>
  files: { sealed: number; hot: number; quarantined: number }
}

interface Manifest {
  next: number
  files: { name: string; first: number; rows?: number }[]
  dropped: Record<string, number>
}

/** The manifest, whose second line is a checksum. */
export const manifestOf = (home: string): Manifest | undefined => {
  const path = join(home, 'store', 'manifest.json')
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8').split('\n')[0] ?? '') : undefined
}

const names = (dir: string): string[] => (existsSync(dir) ? readdirSync(dir) : [])

/** All records of a file of the store, in order, and what SQLite says is damaged. */
export const readStoreFile = (
  path: string,
): { damage?: string; records: { position: number; record: LogRecord }[] } => {
  const db = openDatabase(path, { readOnly: true })
  try {
    const check = db.arrays('PRAGMA integrity_check').all().flat().join('; ')
    const series = new Map(
      db
        .arrays('SELECT id, json FROM series')
        .all()
        .map(([id, json]) => [id, JSON.parse(String(json))]),
    )
    const rows = db.arrays('SELECT position, series, time, message, body FROM records ORDER BY position')
    const records = rows.all().map(([position, id, time, message, body]) => ({
      position: Number(position),
      record: decodeRow(series.get(id ?? 0), Number(time), String(message), String(body)),
    }))
    return { records, ...(check === 'ok' ? {} : { damage: check }) }
  } finally {
    db.close()
  }
}

/** All records of a store, in order; readers may read while a hub runs. */
export const storedRecords = (home: string): LogRecord[] =>
  (manifestOf(home)?.files ?? []).flatMap(({ name }) =>
    readStoreFile(join(home, 'store', name)).records.map(({ record }) => record),
  )

/** Drops that the journals told of, or that were found, by reason, as the newest file counts them. */
export const countersOf = (home: string): Record<string, number> => {
  const name = manifestOf(home)?.files.findLast((file) => file.name.startsWith('hot'))?.name
  if (name === undefined) return {}
  const db = openDatabase(join(home, 'store', name), { readOnly: true })
  try {
    return Object.fromEntries(db.arrays('SELECT name, value FROM counters').all())
  } finally {
    db.close()
  }
}

/** A reader of one home's store, which remembers the sealed files it has seen. */
export const createJudge = (home: string, traffic: Traffic) => {
  const dir = join(home, 'store')
  const seen = new Map<string, FileSummary>()
  const known = new Map<string, TrafficRun>()

  const runOf = (id: string): TrafficRun | undefined => {
    for (const run of traffic.runs) known.set(run.run, run)
    return known.get(id)
  }

  /** What is wrong with a record; nothing if nothing. */
  const faultOf = (record: LogRecord): string | undefined => {
    const run = runOf(record.run)
    const place = `${record.server} ${record.run} ${record.seq}`
    if (run === undefined) return `${place}: of no run`
    if (record.seq >= run.count) {
      const derived =
        run.dead &&
        record.seq <= run.count + openCalls(run.count) &&
        (record.source === 'lifecycle'
          ? record.attributes.event === 'exit'
          : record.source === 'call' &&
            record.call !== undefined &&
            'status' in record.call &&
            record.call.status === 'lost')
      return derived ? undefined : `${place}: was never captured`
    }
    const isExit = record.source === 'lifecycle' && record.seq === run.count - 1
    const expected = isExit ? exitOf(run) : recordOf(run, record.seq)
    return isDeepStrictEqual(record, expected)
      ? undefined
      : `${place}: altered, ${JSON.stringify(record)} instead of ${JSON.stringify(expected)}`
  }

  const read = (name: string): FileSummary => {
    const { damage, records } = readStoreFile(join(dir, name))
    const summary: FileSummary = { positions: [], runs: [], seqs: [], faults: [] }
    if (damage !== undefined) summary.faults.push(`${name}: ${damage}`)
    for (const { position, record } of records) {
      summary.positions.push(position)
      summary.runs.push(record.run)
      summary.seqs.push(record.seq)
      const fault = faultOf(record)
      if (fault !== undefined) summary.faults.push(fault)
    }
    return summary
  }

  const summaryOf = (name: string): FileSummary => {
    if (name.startsWith('hot')) return read(name)
    const { ino, size, mtimeMs } = statSync(join(dir, name))
    const key = `${name} ${ino} ${size} ${mtimeMs}`
    const summary = seen.get(key) ?? read(name)
    seen.set(key, summary)
    return summary
  }

  return {
    /** Only while no hub runs. */
    judge(): Verdict {
      const manifest = manifestOf(home)
      const files = manifest?.files ?? []
      const verdict: Verdict = {
        faults: [],
        records: 0,
        stored: new Map(),
        dropped: manifest?.dropped ?? {},
        counters: countersOf(home),
        files: {
          sealed: files.filter(({ rows }) => rows !== undefined).length,
          hot: files.filter(({ rows }) => rows === undefined).length,
          quarantined: names(join(dir, 'quarantine')).length,
        },
      }
      let before = 0
      for (const { name } of files) {
        const { positions, runs, seqs, faults } = summaryOf(name)
        verdict.faults.push(...faults)
        verdict.records += positions.length
        positions.forEach((position, index) => {
          if (position <= before) verdict.faults.push(`${name}: position ${position} after ${before}`)
          before = position
          const run = runs[index] ?? ''
          const numbers = verdict.stored.get(run) ?? []
          const last = numbers.at(-1)
          const seq = seqs[index] ?? -1
          if (last !== undefined && seq <= last)
            verdict.faults.push(
              `${run}: ${seq} stands after ${last} (${seq === last ? 'doubled' : 'doubled or out of order'})`,
            )
          else if (last !== undefined && seq > last + 1)
            verdict.faults.push(`${run}: nothing between ${last} and ${seq}`)
          numbers.push(seq)
          verdict.stored.set(run, numbers)
        })
      }
      return verdict
    },
  }
}

/** The first number of each run that its journals still hold. */
export const firstInJournals = (home: string): Map<string, number> => {
  const first = new Map<string, number>()
  const dir = join(home, 'journal')
  for (const name of names(dir)) {
    const text = readFileSync(join(dir, name), 'utf8')
    const [, line] = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
    if (line === undefined || line === '') continue
    const { run, seq } = JSON.parse(line) as LogRecord
    first.set(run, Math.min(seq, first.get(run) ?? Number.POSITIVE_INFINITY))
  }
  return first
}

/** The journals of a home, read line by line: the numbers of all records, and what would tell of a change. */
export const journalsOf = (home: string): { sizes: Record<string, number>; seqs: number[] } => {
  const dir = join(home, 'journal')
  const found = { sizes: {} as Record<string, number>, seqs: [] as number[] }
  for (const name of names(dir)) {
    const text = readFileSync(join(dir, name), 'utf8')
    found.sizes[name] = text.length
    // The header is no record, and a torn line is none yet.
    const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
    for (const line of lines.slice(1, -1)) found.seqs.push((JSON.parse(line) as LogRecord).seq)
  }
  return found
}
