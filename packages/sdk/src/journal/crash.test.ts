/** The writer against a real kernel: killed at any moment, and on a file system that is really full. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { build } from 'tsdown'
import { beforeAll, describe, expect, test } from 'vitest'
import { makeRecord, readAll, runId, withTempDir } from './testing.ts'
import { createJournalWriter } from './writer.ts'

const HEADER = { run: runId(1), server: 'analytics', pid: process.pid, pidStart: '1' }

/** Appends records as fast as it can and prints, after each flush, how many are written. */
const CHILD = `
import { createJournalWriter } from './index.js'
const [dir, run] = process.argv.slice(2)
const writer = createJournalWriter({
  dir, header: { run, server: 'analytics', pid: process.pid, pidStart: '1' }, segmentBytes: 20_000,
})
for (let seq = 0; ; seq++) {
  const observed = Date.now()
  writer.append({
    id: String(seq), time: observed, observed, seq, level: 'info', server: 'analytics', run, source: 'stderr',
    message: 'x'.repeat(seq % 400), attributes: {},
  })
  if (seq % 10 === 9) {
    await writer.flush(5000)
    process.stdout.write(writer.stats().written + '\\n')
  }
}
`

const killed = async (child: ChildProcess): Promise<void> => {
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}

describe('kill -9', () => {
  let built = ''

  beforeAll(async () => {
    built = await mkdtemp(join(tmpdir(), 'logboom-build-'))
    await build({
      entry: [fileURLToPath(new URL('./index.ts', import.meta.url))],
      outDir: built,
      format: 'esm',
      dts: false,
      config: false,
      logLevel: 'silent',
      outExtensions: () => ({ js: '.js' }),
    })
    await writeFile(join(built, 'child.js'), CHILD)
    await writeFile(join(built, 'package.json'), '{"type":"module"}')
    return () => rm(built, { recursive: true, force: true })
  }, 60_000)

  test(
    'what was told as written is read, once, in order, and nothing else',
    () =>
      withTempDir(async (dir) => {
        for (let round = 0; round < 8; round++) {
          const run = runId(round)
          const journal = join(dir, String(round))
          const child = spawn(process.execPath, [join(built, 'child.js'), journal, run], {
            stdio: ['ignore', 'pipe', 'inherit'],
          })
          let told = 0
          const lines = createInterface({ input: child.stdout })
          const stopAt = 20 + round * 137
          for await (const line of lines) {
            told = Number(line)
            if (told >= stopAt) break
          }
          await killed(child)
          const { records, problems } = await readAll(journal)
          expect(problems).toEqual([])
          expect(records.length).toBeGreaterThanOrEqual(told)
          expect(records.map(({ seq }) => seq)).toEqual(records.map((_, index) => index))
          expect(records.every(({ message, seq }) => message.length === seq % 400)).toBe(true)
        }
      }),
    60_000,
  )
})

/** A file system of this size, or why there is none. */
const mountSmall = (dir: string, size: string): string | undefined => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0700`, 'logboom-test', dir], {
      stdio: 'pipe',
    })
    return undefined
  } catch (error) {
    return `no tmpfs can be mounted here: ${error instanceof Error ? error.message : error}`
  }
}

describe('a full disk', () => {
  test(
    'loses no earlier record, counts what it drops, and is written on when there is room again',
    (context) =>
      withTempDir(async (dir) => {
        const refusal = mountSmall(dir, '256k')
        if (refusal !== undefined) return context.skip(refusal)
        try {
          const home = join(dir, 'home')
          await mkdir(home)
          const ballast = join(dir, 'ballast')
          await writeFile(ballast, 'x'.repeat(100_000))
          const told: number[] = []
          const writer = createJournalWriter({
            dir: home,
            header: HEADER,
            segmentBytes: 30_000,
            queueBytes: 50_000,
            retry: { first: 5, longest: 20 },
            onDrops: (drops) => told.push(drops.records),
          })
          let seq = 0
          let kept: number[] = []
          const appendSome = async (): Promise<void> => {
            for (let n = 0; n < 20; n++) writer.append(makeRecord(seq++))
            await writer.flush(200)
          }
          while (!writer.stats().failing) await appendSome()
          // The writer goes on trying while this reads: what is read here is part of what it wrote by now.
          kept = (await readAll(home)).records.map((record) => record.seq)
          expect(kept.length).toBeGreaterThan(0)
          expect(kept.length).toBeLessThanOrEqual(writer.stats().written)
          for (let n = 0; n < 20; n++) await appendSome()
          const { taken, written, queued, dropped } = writer.stats()
          expect(dropped).toBeGreaterThan(0)
          expect(written + queued + dropped).toBe(taken)
          // Nothing of it was deleted to make room.
          expect((await readAll(home)).records.map((record) => record.seq).slice(0, kept.length)).toEqual(
            kept,
          )

          await rm(ballast)
          expect(await writer.flush(5000)).toEqual({ left: 0 })
          writer.append(makeRecord(seq++))
          expect(await writer.close(5000)).toEqual({ left: 0 })
          const { records } = await readAll(home)
          const stats = writer.stats()
          expect(records.length).toBe(stats.written)
          expect(records.at(-1)?.seq).toBe(seq - 1)
          expect(records.map((record) => record.seq)).toEqual(
            records.map((record) => record.seq).toSorted((a, b) => a - b),
          )
          expect(new Set(records.map(({ id }) => id)).size).toBe(records.length)
          expect(told.reduce((sum, count) => sum + count, 0)).toBe(stats.dropped)
          expect((await stat(home)).isDirectory()).toBe(true)
        } finally {
          execFileSync('umount', ['-l', dir])
        }
      }),
    30_000,
  )
})
