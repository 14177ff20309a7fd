import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { LogboomError } from '@logboom/sdk/errors'
import { expect, test } from 'vitest'
import { isFull, openDatabase } from '../database.ts'
import type { StoreWriter } from '../types.ts'
import { connectWriter, serveWriter } from './remote-writer.ts'
import { batchOf, makeMark, makeRecords, makeStart, START, storedRecords, withStore } from './testing.ts'
import { type DirectWriter, openStoreWriter } from './writer.ts'

const never = new Promise<Error>(() => {})

/** A writer behind a port, in this thread: what passes between the two is copied as between threads. */
const remote = async (
  open: () => DirectWriter,
  use: (writer: StoreWriter) => Promise<void>,
  failed: Promise<Error> = never,
): Promise<void> => {
  const { port1, port2 } = new MessageChannel()
  serveWriter(port2, open, () => port2.close())
  try {
    await use(await connectWriter(port1, failed))
  } finally {
    port1.close()
  }
}

test('what is written through a port is what is written', async () => {
  await withStore(async (dir) => {
    const records = [...makeRecords(0, 300), makeStart(300, 'open'), makeStart(301, 'closed')]
    await remote(
      () => openStoreWriter({ dir, segmentRows: 1000 }),
      async (writer) => {
        const rest = { marks: [makeMark(7)], opened: records.slice(300), dropped: { overflow: 3 } }
        expect(await writer.append(await writer.encode(batchOf(records, rest)))).toEqual({ first: 1 })
        expect(await writer.append(await writer.encode(batchOf([], { closed: ['closed'] })))).toEqual({})
        await writer.sync()
        expect(await writer.marks()).toEqual([makeMark(7)])
        expect(await writer.openCalls('run-1')).toMatchObject([{ seq: 300, attributes: {} }])
        expect(await writer.counters()).toEqual({ overflow: 3 })
        expect(await writer.stats()).toMatchObject({ written: 302, last: 302 })
        expect(await writer.retain({ now: START, maxAge: 1 })).toMatchObject({ records: 0 })
        await writer.close()
      },
    )
    expect(storedRecords(dir).map(({ record }) => record)).toEqual(records)
  })
})

test('errors pass as what they are', async () => {
  await withStore(async (dir) => {
    const full = Object.assign(new Error('database or disk is full'), { errcode: 13 })
    const noRoom = new LogboomError('LB_STORE_FULL', 'no room', { hint: 'Free some space.' })
    const errors: unknown[] = [full, noRoom, new TypeError('a bug')]
    const open = (): DirectWriter => ({
      ...openStoreWriter({ dir }),
      append() {
        throw errors.shift()
      },
    })
    await remote(open, async (writer) => {
      const write = async () => writer.append(await writer.encode(batchOf(makeRecords(0, 1))))
      await expect(write()).rejects.toSatisfy(isFull)
      const told = await write().catch((error: unknown) => error)
      expect(told).toBeInstanceOf(LogboomError)
      expect(told).toMatchObject({ code: 'LB_STORE_FULL', message: 'no room', hint: 'Free some space.' })
      await expect(write()).rejects.toThrow('a bug')
      await writer.close()
    })
  })
})

test('a store that cannot be opened is told to who opens it', async () => {
  await withStore(async (dir) => {
    const writer = openStoreWriter({ dir })
    await writer.close()
    const [name = ''] = readdirSync(dir).filter((file) => file.endsWith('.db'))
    const db = openDatabase(join(dir, name))
    db.exec("UPDATE meta SET value = 99 WHERE key = 'format'")
    db.close()
    await expect(
      remote(
        () => openStoreWriter({ dir }),
        async () => {},
      ),
    ).rejects.toMatchObject({ code: 'LB_STORE_FORMAT' })
  })
})

test('when the thread has ended, whoever waits is told, and whoever asks then', async () => {
  await withStore(async (dir) => {
    let end: (why: Error) => void = () => {}
    const failed = new Promise<Error>((resolve) => {
      end = resolve
    })
    const direct = openStoreWriter({ dir })
    const open = (): DirectWriter => ({ ...direct, sealed: () => new Promise(() => {}) })
    const using = remote(
      open,
      async (writer) => {
        const waiting = writer.sealed()
        end(new Error('the writing thread ended'))
        await expect(waiting).rejects.toThrow('thread ended')
        await expect(writer.stats()).rejects.toThrow('thread ended')
      },
      failed,
    )
    await using
    await direct.close()
  })
})
