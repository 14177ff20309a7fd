/** When journals go: not before all they hold is safe in the store. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeRecord, segmentName } from '@logboom/sdk/journal'
import type { LogRecord } from '@logboom/sdk/record'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { StoreWriter } from '../store/sqlite/types.ts'
import { type HEADER, makeExit, makeRecord, NOW, writeSegment } from '../store/testing.ts'
import { catchUpIn, type Opened, storedIn } from './testing.ts'

let home: string
let journal: string

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'logboom-clean-up-'))
  journal = join(home, 'journal')
})
afterEach(() => rm(home, { recursive: true, force: true }))

const stored = (): Promise<LogRecord[]> => storedIn(home)
const catchUp = (opened?: Opened) => catchUpIn(home, opened)
const writeJournal = (records: readonly LogRecord[], header?: Partial<typeof HEADER>): Promise<string> =>
  writeSegment(journal, records, header)

describe('journals that are stored', () => {
  test('are safe from the machine’s death before they go', async () => {
    const path = await writeJournal([makeRecord(0), makeExit(1)])
    const seen: boolean[] = []
    const watched = (writer: StoreWriter): StoreWriter => ({
      ...writer,
      sync() {
        seen.push(existsSync(path))
        return writer.sync()
      },
    })
    await catchUp({ isAlive: () => false, writer: watched })
    expect(seen).toEqual([true])
    expect(existsSync(path)).toBe(false)
  })

  test('stay a while for who just reads them', async () => {
    const old = '01930000-0000-7000-8000-000000000002'
    const path = await writeJournal([makeRecord(0), makeExit(1)])
    const past = await writeJournal([makeRecord(0, { run: old }), makeExit(1)], { run: old })
    await utimes(past, new Date(Date.now() - 60_000), new Date(Date.now() - 60_000))
    await catchUp({ isAlive: () => false, graceMs: 30_000 })
    expect((await readdir(journal)).map((name) => join(journal, name))).toEqual([path])
  })

  test('but not where room is scarce', async (context) => {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m,mode=0700', 'logboom-test', home], {
        stdio: 'pipe',
      })
    } catch {
      return context.skip('no tmpfs can be mounted here')
    }
    try {
      await mkdir(join(home, 'store'))
      await writeJournal([makeRecord(0), makeExit(1)])
      const opened = { isAlive: () => false, graceMs: 1e9 }
      await catchUp(opened)
      expect(await readdir(journal)).toHaveLength(1)
      await writeFile(join(home, 'hog'), Buffer.alloc(6_500_000))
      await catchUp(opened)
      expect(await readdir(journal)).toEqual([])
    } finally {
      execFileSync('umount', ['-l', home])
    }
  })

  test('go when nobody writes them, and their marks with them; what is written stays', async () => {
    const living = '01930000-0000-7000-8000-000000000002'
    await writeJournal([makeRecord(0), makeExit(1)])
    await writeJournal([makeRecord(0, { run: living })], { run: living, pid: 8 })
    await writeJournal([makeRecord(1, { run: living })], { run: living, pid: 8, segment: 1 })
    const { marks } = await catchUp({ isAlive: (pid) => pid === 8 })
    expect(await readdir(journal)).toEqual([segmentName(living, 1)])
    expect(marks.map(({ run, segment, ended }) => ({ run, segment, ended }))).toEqual([
      { run: living, segment: 1, ended: false },
    ])
    expect(await stored()).toHaveLength(4)
  })

  test('stay as long as they are few, the newest longest', async () => {
    const files: string[] = []
    for (let run = 1; run <= 3; run++) {
      const id = `01930000-0000-7000-8000-00000000000${run}`
      const path = await writeJournal([makeRecord(0, { run: id }), makeExit(1)], { run: id })
      // The second was written longest ago.
      const at = new Date(NOW + (run === 2 ? 0 : run * 1000))
      await utimes(path, at, at)
      files.push(path)
    }
    const size = (await readFile(files[0] ?? '')).length
    await catchUp({ isAlive: () => false, keepBytes: size * 2 + 10 })
    const left = (await readdir(journal)).map((name) => join(journal, name)).sort()
    expect(left).toEqual([files[0], files[2]])
    expect(await catchUp({ isAlive: () => false, keepBytes: size * 2 + 10 })).toMatchObject({ stored: 0 })
  })

  test('that grow after their exit are read on', async () => {
    const path = await writeJournal([makeRecord(0), makeExit(1)])
    await catchUp({ isAlive: () => false, keepBytes: 1e9 })
    await appendFile(path, encodeRecord(makeRecord(2)))
    await catchUp({ isAlive: () => true })
    await catchUp({ isAlive: () => true })
    expect((await stored()).map(({ seq }) => seq)).toEqual([0, 1, 2])
  })

  test('go in need as far as they are stored, and no further', async () => {
    const living = '01930000-0000-7000-8000-000000000002'
    await writeJournal([makeRecord(0), makeExit(1)])
    await writeJournal([makeRecord(0, { run: living })], { run: living, pid: 8 })
    const current = await writeJournal([makeRecord(1, { run: living })], { run: living, pid: 8, segment: 1 })
    await catchUp({ isAlive: (pid) => pid === 8, keepBytes: 1e9 })
    expect(await readdir(journal)).toHaveLength(3)
    await appendFile(current, encodeRecord(makeRecord(2, { run: living })))
    let tries = 0
    const full = (writer: StoreWriter): StoreWriter => ({
      ...writer,
      append(batch) {
        if (tries++ === 0) throw Object.assign(new Error('database or disk is full'), { errcode: 13 })
        return writer.append(batch)
      },
    })
    await catchUp({ isAlive: (pid) => pid === 8, keepBytes: 1e9, writer: full })
    expect(await readdir(journal)).toEqual([segmentName(living, 1)])
    expect((await stored()).filter(({ run }) => run === living).map(({ seq }) => seq)).toEqual([0, 1, 2])
  })
})
