/**
 * Reading log files again: what `fileSink` writes, what `logboom export` writes, journals; plain or compressed. Streaming, in
 * bounded memory. What is no record is passed over, and told.
 */
import { decodeHeader, decodeRecord, MAX_LINE_BYTES } from '../../journal/index.ts'
import type { LogRecord } from '../../record/index.ts'
import { contentOf } from './content.ts'

/** What of a file was not read as records. */
export interface FileProblem {
  file: string
  problem: string
}

export interface ReadSettings {
  /** Told at the end of a file, once for each kind of problem. */
  onProblem?: (problem: FileProblem) => void
  /** A line of more bytes is no record. @default 8 MiB */
  maxLineBytes?: number
}

const LF = 0x0a
const MIB = 1024 * 1024

const lines = (count: number, is: string, are: string): string =>
  count === 1 ? `1 line ${is}` : `${count} lines ${are}`

/** Lines out of pieces; a line that is too long is counted and not held. */
const createLines = (maxLineBytes: number, take: (line: string) => void) => {
  let parts: Buffer[] = []
  let held = 0
  let long = 0
  const hold = (bytes: Buffer): void => {
    held += bytes.length
    if (held > maxLineBytes) parts = []
    else parts.push(bytes)
  }
  return {
    add(piece: Buffer): void {
      let from = 0
      for (let end = piece.indexOf(LF); end !== -1; end = piece.indexOf(LF, from)) {
        if (held === 0 && end - from <= maxLineBytes) take(piece.toString('utf8', from, end))
        else {
          hold(piece.subarray(from, end))
          if (held > maxLineBytes) {
            long++
            // It has a number all the same.
            take('')
          } else take(Buffer.concat(parts).toString('utf8'))
        }
        parts = []
        held = 0
        from = end + 1
      }
      // The piece is not ours for longer.
      if (from < piece.length) hold(Buffer.from(piece.subarray(from)))
    },
    long: () => long,
    /** What follows the last line's end. */
    last: () => ({ bytes: held, text: held > maxLineBytes ? '' : Buffer.concat(parts).toString('utf8') }),
  }
}

/**
 * The records of a log file, in its order, some at a time. Whether it is compressed is told by its first bytes; empty lines
 * and the first lines of journals are no problem.
 * @throws LogboomError LB_INPUT_FILE when it is not there, cannot be opened, is not what its name says (`.gz`, `.zst`), or is
 * compressed with zstd and this Node has none
 * @example
 * for await (const records of readLogFile('logs/analytics-2026-11-22.log.gz', { onProblem: console.error }))
 *   for (const { level, message } of records) console.log(level, message)
 */
export async function* readLogFile(path: string, settings: ReadSettings = {}): AsyncGenerator<LogRecord[]> {
  const { onProblem, maxLineBytes = MAX_LINE_BYTES } = settings
  let records: LogRecord[] = []
  let line = 0
  let foreign = 0
  let firstForeign = 0
  const split = createLines(maxLineBytes, (text) => {
    line++
    if (text === '' || text === '\r') return
    const record = decodeRecord(text)
    if (record !== undefined) records.push(record)
    else if (decodeHeader(text).kind !== 'header') {
      foreign++
      if (foreign === 1) firstForeign = line
    }
  })
  const content = contentOf(path)
  let damage: string | undefined
  let ended = false
  try {
    for (;;) {
      const { done, value } = await content.next()
      if (done === true) {
        damage = value
        ended = true
        break
      }
      split.add(value)
      if (records.length === 0) continue
      yield records
      records = []
    }
    const { bytes, text } = split.last()
    // Whole JSON is a record without its line's end, too.
    const last = bytes === 0 ? undefined : decodeRecord(text)
    if (last !== undefined) yield [last]
    else if (bytes > 0 && damage === undefined) damage = `the last line is torn (${bytes} bytes)`
  } finally {
    if (!ended) await content.return(undefined)
    const tell = (problem: string): void => onProblem?.({ file: path, problem })
    if (foreign > 0)
      tell(`${lines(foreign, 'is no record', 'are no records')} (the first is line ${firstForeign})`)
    const limit = maxLineBytes >= MIB ? `${maxLineBytes / MIB} MiB` : `${maxLineBytes} bytes`
    const long = split.long()
    if (long > 0) tell(`${lines(long, 'is', 'are')} longer than ${limit}`)
    if (damage !== undefined) tell(damage)
  }
}
