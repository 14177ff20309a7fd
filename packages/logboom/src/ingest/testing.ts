/** What the tests of ingest share. */
import { join } from 'node:path'
import type { LogRecord } from '@logboom/sdk/record'
import { openSqliteArchive } from '../store/sqlite/index.ts'
import type { StoreWriter } from '../store/sqlite/types.ts'
import { type DirectWriter, openStoreWriter } from '../store/sqlite/write/writer.ts'
import { createIngest, type IngestSettings } from './ingest.ts'
import type { Ingest } from './types.ts'

export interface Opened extends Partial<Omit<IngestSettings, 'dir' | 'writer'>> {
  /** Puts something between ingest and the writer. */
  writer?: (writer: StoreWriter) => StoreWriter
}

/** Ingest over a writer of its own, used and closed. */
export const withIngest = async <T>(
  home: string,
  use: (ingest: Ingest, writer: DirectWriter) => Promise<T>,
  { isAlive = () => true, writer: wrap = (writer) => writer, ...settings }: Opened = {},
): Promise<T> => {
  const writer = openStoreWriter({ dir: join(home, 'store') })
  const ingest = await createIngest({
    dir: join(home, 'journal'),
    writer: wrap(writer),
    isAlive,
    ...settings,
  })
  try {
    return await use(ingest, writer)
  } finally {
    await ingest.close()
    await writer.close()
  }
}

/** Stores what there is; tells what the writer and ingest know then. */
export const catchUpIn = (home: string, opened: Opened = {}) =>
  withIngest(
    home,
    async (ingest, writer) => {
      await ingest.catchUp()
      return { counters: writer.counters(), marks: writer.marks(), ...(await ingest.stats()) }
    },
    opened,
  )

/** All that is stored, in order. */
export const storedIn = async (home: string): Promise<LogRecord[]> => {
  const regex = () => () => false
  const archive = await openSqliteArchive({ dir: join(home, 'store'), regex, isAlive: () => false })
  const records: LogRecord[] = []
  for await (const record of archive.records({})) records.push(record)
  await archive.close()
  return records
}
