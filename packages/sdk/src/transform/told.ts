/**
 * What transforms tell of what they left out: how many, of what, and from when to when. One record for each key and window.
 *
 * - A told record is of source `lifecycle` and level `info`, in a run that the stage has for the server. Its attributes:
 *   the reason (`thinned`, `throttled`) with the number, what the key stands for (`pattern`, `logger`), `from` and `to`, the
 *   least and greatest `time` of what was left out, in Unix epoch milliseconds.
 * - The numbers told add up to what was left out, as soon as a stage has been asked to settle.
 * - Memory is bounded: of `maxKeys` keys the one that was longest without news goes, and is told at the next occasion. When as many wait
 *   to be told, further ones are told for their server, without what the key stands for.
 */
import { type Attributes, createIds, type LogRecord } from '../record/index.ts'
import { isOver, setNewest } from './windows.ts'

export interface TallySettings {
  /** What is counted, and the name of the number. */
  reason: 'thinned' | 'throttled'
  /** Milliseconds from the first record left out until it is told. */
  windowMs: number
  maxKeys: number
}

export interface Tallies {
  /** Counts a record that is left out. `detail` is what the key stands for besides the server. */
  add(record: LogRecord, detail: Detail, now: number): void
  /** Records that tell of windows that are over, or of all. */
  tell(now: number, all: boolean): LogRecord[]
}

/** One field that keeps tallies of a server apart; none for one tally a server. */
type Detail = { name: 'pattern' | 'logger'; value: string } | undefined

interface Tally {
  server: string
  detail: Detail
  count: number
  /** Clock at the first. */
  since: number
  from: number
  to: number
}

/** Servers with a run of their own at once. */
const MAX_RUNS = 1000

/** Transforms leave them alone: what tells of servers, and of losses. */
export const isLifecycle = ({ source }: LogRecord): boolean => source === 'lifecycle'

const createTeller = () => {
  const newId = createIds()
  const runs = new Map<string, { run: string; seq: number }>()
  return (server: string, message: string, attributes: Attributes, now: number): LogRecord => {
    const run = runs.get(server) ?? { run: globalThis.crypto.randomUUID(), seq: 0 }
    setNewest(runs, server, run, MAX_RUNS)
    const seq = run.seq++
    return {
      id: newId(now),
      time: now,
      observed: now,
      seq,
      level: 'info',
      server,
      run: run.run,
      source: 'lifecycle',
      message,
      attributes,
    }
  }
}

export const createTallies = ({ reason, windowMs, maxKeys }: TallySettings): Tallies => {
  const told = createTeller()
  const open = new Map<string, Tally>()
  /** Had to go from `open` before its time. */
  const waiting = new Map<string, Tally>()

  const merge = (key: string, tally: Tally): void => {
    const known = waiting.get(key)
    if (known === undefined) {
      waiting.set(key, tally)
      return
    }
    known.count += tally.count
    known.from = Math.min(known.from, tally.from)
    known.to = Math.max(known.to, tally.to)
  }

  const letGo = (tally: Tally): void => {
    const whole = waiting.size < maxKeys
    merge(
      keyOf(tally.server, whole ? tally.detail : undefined),
      whole ? tally : { ...tally, detail: undefined },
    )
  }

  const record = ({ server, detail, count, from, to }: Tally, now: number): LogRecord => {
    const what = detail === undefined ? '' : `: ${detail.value}`
    const attributes: Attributes = {
      [reason]: count,
      ...(detail === undefined ? {} : { [detail.name]: detail.value }),
      from,
      to,
    }
    return told(server, `${count} ${count === 1 ? 'record' : 'records'} ${reason}${what}`, attributes, now)
  }

  return {
    add({ server, time }, detail, now) {
      const key = keyOf(server, detail)
      const tally = open.get(key) ?? { server, detail, count: 0, since: now, from: time, to: time }
      tally.count += 1
      tally.from = Math.min(tally.from, time)
      tally.to = Math.max(tally.to, time)
      const gone = setNewest(open, key, tally, maxKeys)
      if (gone !== undefined) letGo(gone)
    },
    tell(now, all) {
      const over = [...waiting.values()]
      waiting.clear()
      for (const [key, tally] of open) {
        if (!all && !isOver(tally.since, windowMs, now)) continue
        open.delete(key)
        over.push(tally)
      }
      return over.map((tally) => record(tally, now))
    },
  }
}

const keyOf = (server: string, detail: Detail): string =>
  detail === undefined ? server : `${server}\0${detail.value}`
