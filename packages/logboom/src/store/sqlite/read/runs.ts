/** Runs: what is known of each lifetime of a server's process. */
import type { IsAlive } from '@logboom/sdk/journal'
import { parseQuery } from '@logboom/sdk/query'
import type { RunSummary, Selection } from '../../contract.ts'
import { runMarks } from './newest.ts'
import { patienceOf } from './pace.ts'
import { readAll, readPage } from './page.ts'
import type { Reader } from './reader.ts'
import type { Series } from './series.ts'
import { livingRuns } from './stats.ts'
import { tallySeries } from './tally.ts'

const ENDS = parseQuery('source:lifecycle @event:(start OR exit)', { now: 0 })

/** Runs with records that match, newest last. */
export const readRuns = async (
  reader: Reader,
  selection: Selection,
  isAlive: IsAlive,
): Promise<RunSummary[]> => {
  const runs = new Map<string, RunSummary>()
  await tallySeries(reader, selection, {}, ({ sample }, _, rows) => {
    const { run, server, protocol, client, serverVersion } = sample
    const known = runs.get(run) ?? { run, server, alive: false, first: Number.NaN, lastSeen: 0, records: 0 }
    runs.set(run, {
      ...known,
      records: known.records + rows,
      ...(protocol === undefined ? {} : { protocol }),
      ...(client === undefined ? {} : { client: client.name }),
      ...(serverVersion === undefined ? {} : { serverVersion }),
    })
  })
  const rest = patienceOf(selection)
  const only = ({ sample }: Series): boolean => runs.has(sample.run)
  for await (const items of readAll(reader, { ...rest, filter: ENDS }, { only })) {
    for (const { record } of items) {
      const run = runs.get(record.run)
      if (run === undefined) continue
      const { message, level, time } = record
      if (record.attributes.event === 'exit') run.exit = { message, level, time }
      else if (Number.isNaN(run.first)) run.first = time
      run.lastSeen = Math.max(run.lastSeen, record.observed)
    }
  }
  for (const mark of runMarks(reader)) {
    const run = runs.get(mark.run)
    if (run !== undefined) run.lastSeen = Math.max(run.lastSeen, mark.lastSeen)
  }
  const living = await livingRuns(reader, isAlive)
  for (const run of runs.values()) {
    run.alive = living.has(run.run)
    const own = { only: ({ sample }: Series): boolean => sample.run === run.run }
    const end = async (order: 'oldest' | 'newest') =>
      (await readPage(reader, { ...rest, order, limit: 1 }, own)).items[0]?.record
    // Its start was dropped, or its end has not come.
    if (Number.isNaN(run.first)) run.first = (await end('oldest'))?.time ?? 0
    if (run.exit === undefined) run.lastSeen = Math.max(run.lastSeen, (await end('newest'))?.observed ?? 0)
  }
  return [...runs.values()].sort((a, b) => a.first - b.first || (a.run < b.run ? -1 : 1))
}
