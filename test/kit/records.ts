/** Reads a home's journals without Logboom's own reader: whole lines, JSON, nothing else. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { JournalHeader } from '@logboom/sdk/journal'
import type { LogRecord, NamedCall } from '@logboom/sdk/record'

export interface JournalFile {
  file: string
  header: JournalHeader
  records: LogRecord[]
  /** Bytes after the last line end. */
  torn: string
}

/** Every file below a folder. */
export const filesUnder = (dir: string): string[] => {
  if (!existsSync(dir)) return []
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name)
    return statSync(path).isDirectory() ? filesUnder(path) : [path]
  })
}

/** The journals of a home, oldest first; throws where a whole line is no JSON. */
export const readJournals = (home: string): JournalFile[] => {
  const journals: JournalFile[] = []
  for (const file of filesUnder(join(home, 'journal')).sort()) {
    const text = readFileSync(file, 'utf8')
    const end = text.lastIndexOf('\n')
    const [first, ...rest] = text
      .slice(0, Math.max(end, 0))
      .split('\n')
      .filter((line) => line !== '')
    if (first === undefined) continue
    journals.push({
      file,
      header: JSON.parse(first) as JournalHeader,
      records: rest.map((line) => JSON.parse(line) as LogRecord),
      torn: text.slice(end + 1),
    })
  }
  return journals
}

/** The records of a home by run, each run in order of `seq`. */
export const readRuns = (home: string): LogRecord[][] => {
  const runs = new Map<string, LogRecord[]>()
  for (const { header, records } of readJournals(home)) {
    const run = runs.get(header.run) ?? []
    run.push(...records)
    runs.set(header.run, run)
  }
  return [...runs.values()].map((run) => run.sort((a, b) => a.seq - b.seq))
}

/** The records of the only run of a home. */
export const onlyRun = (home: string): LogRecord[] => {
  const [run, ...others] = readRuns(home)
  if (run === undefined || others.length > 0)
    throw new Error(`${others.length + (run ? 1 : 0)} runs in ${home}`)
  return run
}

export const from = (records: readonly LogRecord[], ...sources: LogRecord['source'][]): LogRecord[] =>
  records.filter((record) => sources.includes(record.source))

export const namedCall = (record: LogRecord): NamedCall | undefined =>
  record.call !== undefined && 'id' in record.call ? record.call : undefined

/** The gaps and doubles in a run's numbering: empty when every number from 0 is there once. */
export const numberingFaults = (run: readonly LogRecord[]): string[] => {
  const faults: string[] = []
  run.forEach((record, index) => {
    if (record.seq !== index) faults.push(`seq ${record.seq} at place ${index}`)
  })
  const ids = new Set(run.map((record) => record.id))
  if (ids.size !== run.length) faults.push(`${run.length - ids.size} doubled ids`)
  return faults
}
