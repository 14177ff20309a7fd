import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, it, describe as suite, vi } from 'vitest'
import { decodeRecord } from '../../journal/index.ts'
import type { LogRecord } from '../../record/index.ts'
import { type Behaviour, checkSink, makeRecord } from '../../testing/index.ts'
import { createDelivery } from '../delivery.ts'
import { type LogFile, openLog } from './append.ts'
import { fileSink } from './file.ts'
import { plainName } from './names.ts'

const DAY = 86_400_000
const NOON = new Date(2026, 10, 22, 12).getTime()

const withTempDir = async <T>(use: (dir: string) => Promise<T>): Promise<T> => {
  const dir = await mkdtemp(join(tmpdir(), 'logboom-file-'))
  try {
    return await use(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

const readText = async (path: string): Promise<string> => {
  const bytes = await readFile(path)
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
}

/** Every line of every file of a directory, by file. */
const readFiles = async (dir: string): Promise<Map<string, LogRecord[]>> => {
  const files = new Map<string, LogRecord[]>()
  for (const name of (await readdir(dir)).sort()) {
    const lines = (await readText(join(dir, name))).split('\n')
    expect(lines.pop()).toBe('')
    files.set(
      name,
      lines.map((line) => decodeRecord(line) ?? makeRecord(-1, { message: `no record: ${line}` })),
    )
  }
  return files
}

const seqs = (files: Map<string, LogRecord[]>): number[] => [...files.values()].flat().map(({ seq }) => seq)
const range = (count: number, from = 0): number[] => Array.from({ length: count }, (_, i) => from + i)
const batchOf = (numbers: number[], fields: Partial<LogRecord> = {}): LogRecord[] =>
  numbers.map((seq) => makeRecord(seq, fields))

suite('the file sink keeps the contract', () => {
  const checks = checkSink({
    can: ['ok', 'transient'],
    makeFake: async () => {
      const base = await mkdtemp(join(tmpdir(), 'logboom-file-'))
      const dir = join(base, 'logs')
      return {
        dir,
        behave: async (behaviour: Behaviour) => {
          await rm(dir, { recursive: true, force: true })
          // A file where the directory should be.
          if (behaviour === 'transient') await writeFile(dir, '')
        },
        taken: async () => {
          const there = await stat(dir).catch(() => undefined)
          return there?.isDirectory() ? seqs(await readFiles(dir)).sort((a, b) => a - b) : []
        },
        close: () => rm(base, { recursive: true }),
      }
    },
    makeSink: ({ dir }) => fileSink(join(dir, '{server}-{date}.log')),
  })
  it.each(checks)('$name', ({ run }) => run())
})

suite('the file sink', () => {
  it('has a file for each server and day, for its owner only', () =>
    withTempDir(async (dir) => {
      let now = NOON
      const sink = fileSink(join(dir, 'deep/logs/{server}-{date}.log'), { now: () => now })
      await sink([...batchOf([0], { server: 'alpha' }), ...batchOf([1], { server: 'beta' })])
      now += DAY
      await sink(batchOf([2], { server: 'alpha' }))
      const files = await readFiles(join(dir, 'deep/logs'))
      expect([...files].map(([name, records]) => [name, records.map(({ seq }) => seq)])).toEqual([
        ['alpha-2026-11-22.log', [0]],
        ['alpha-2026-11-23.log', [2]],
        ['beta-2026-11-22.log', [1]],
      ])
      expect((await stat(join(dir, 'deep/logs/beta-2026-11-22.log'))).mode & 0o777).toBe(0o600)
      expect((await stat(join(dir, 'deep'))).mode & 0o777).toBe(0o700)
    }))

  it('is pretty when asked', () =>
    withTempDir(async (dir) => {
      await fileSink(join(dir, 'all.log'), { format: 'pretty' })(batchOf([0], { message: 'a\nb' }))
      expect(await readText(join(dir, 'all.log'))).toBe('2025-10-09T08:53:20.000Z info      analytics a␊b\n')
    }))

  it('goes on in what a former process left, also with its numbers', () =>
    withTempDir(async (dir) => {
      const path = join(dir, '{server}.x.log')
      for (const from of [0, 4, 8]) {
        const sink = fileSink(path, { maxBytes: 700, compress: 'gzip' as const })
        for (const seq of range(4, from)) await sink(batchOf([seq]))
        await sink.close?.(5000)
      }
      const files = await readFiles(dir)
      expect(seqs(files).sort((a, b) => a - b)).toEqual(range(12))
      expect([...files.keys()].filter((name) => !name.endsWith('.gz'))).toEqual(['analytics.x.log'])
      expect(files.size).toBeGreaterThan(3)
    }))

  it('begins again when its file is deleted or moved away', () =>
    withTempDir(async (dir) => {
      const path = join(dir, 'a.log')
      const sink = fileSink(path)
      await sink(batchOf([0]))
      await unlink(path)
      await sink(batchOf([1]))
      await rename(path, join(dir, 'moved'))
      await sink(batchOf([2]))
      await rm(dir, { recursive: true })
      await sink(batchOf([3]))
      expect(seqs(await readFiles(dir))).toEqual([3])
    }))

  it('keeps so many files, so many days, and never the one it writes', () =>
    withTempDir(async (dir) => {
      let now = NOON
      const sink = fileSink(join(dir, '{server}-{date}.log'), {
        now: () => now,
        compress: 'gzip' as const,
        keep: { files: 3 },
      })
      for (const seq of range(8)) {
        await sink(batchOf([seq]))
        await sink(batchOf([seq], { server: 'analytics-2026-11-22' }))
        now += DAY
      }
      await sink.close?.(5000)
      const names = await readdir(dir)
      expect(names.filter((name) => /^analytics-\d{4}-\d\d-\d\d\.log/.test(name)).sort()).toEqual([
        'analytics-2026-11-26.log.gz',
        'analytics-2026-11-27.log.gz',
        'analytics-2026-11-28.log.gz',
        'analytics-2026-11-29.log',
      ])
      expect(names).toHaveLength(8)

      await writeFile(join(dir, 'other-2020-01-01.log'), '')
      await utimes(join(dir, 'analytics-2026-11-26.log.gz'), 0, (NOON - 40 * DAY) / 1000)
      const later = fileSink(join(dir, '{server}-{date}.log'), { keep: { days: 30 }, now: () => NOON })
      await later(batchOf([9]))
      await later.close?.(5000)
      const left = await readdir(dir)
      expect(left).not.toContain('analytics-2026-11-26.log.gz')
      expect(left).toContain('analytics-2026-11-27.log.gz')
      expect(left).toContain('other-2020-01-01.log')
    }))

  it('a process killed while compressing leaves neither a double nor a gap', () =>
    withTempDir(async (dir) => {
      const lines = (numbers: number[]): string =>
        numbers.map((seq) => `${JSON.stringify(makeRecord(seq, { id: `${seq}` }))}\n`).join('')
      // Compressed but not yet deleted; half compressed; a damaged copy; a different file of the same name.
      await writeFile(join(dir, 'a~1.log'), lines([0, 1]))
      await writeFile(join(dir, 'a~1.log.gz'), gzipSync(lines([0, 1])))
      await writeFile(join(dir, 'a~2.log'), lines([2, 3]))
      await writeFile(join(dir, 'a~2.log.gz.tmp'), gzipSync(lines([2, 3])).subarray(0, 20))
      await writeFile(join(dir, 'a~3.log'), lines([4, 5]))
      await writeFile(join(dir, 'a~3.log.gz'), gzipSync(lines([6])))
      const sink = fileSink(join(dir, 'a.log'), { compress: 'gzip' as const })
      await sink(batchOf([7]))
      await sink.close?.(5000)
      const files = await readFiles(dir)
      expect(seqs(files).sort((a, b) => a - b)).toEqual(range(8))
      expect([...files.keys()]).toEqual(['a.log', 'a~1.log.gz', 'a~2.log.gz', 'a~3.log.gz', 'a~4.log.gz'])
    }))

  it('tells what it could not tidy, and writes all the same', () =>
    withTempDir(async (dir) => {
      const errors: unknown[] = []
      // A directory in the way of the compressed file.
      await mkdir(join(dir, 'a~1.log.gz.tmp'))
      await writeFile(join(dir, 'a~1.log'), '')
      const sink = fileSink(join(dir, 'a.log'), {
        compress: 'gzip' as const,
        onError: (error) => errors.push(error),
      })
      await sink(batchOf([0]))
      await vi.waitUntil(() => errors.length > 0)
      expect(errors).toEqual([expect.objectContaining({ code: 'EISDIR' })])
      expect(await readText(join(dir, 'a.log'))).toContain('"seq":0')
    }))

  it('names what was not written and takes it later, once (a full disk)', () =>
    withTempDir(async (dir) => {
      const path = join(dir, 'logs')
      await writeFile(path, '')
      const delivery = createDelivery(fileSink(join(path, '{server}.log')), {
        batch: 4,
        retry: { attempts: 1000, firstMs: 1, longestMs: 1 },
      })
      for (const record of batchOf(range(6))) delivery.push(record)
      await delivery.flush(20)
      expect(delivery.stats()).toMatchObject({ delivered: 0, queued: 6 })
      await unlink(path)
      expect(await delivery.close(5000)).toEqual({ left: 0 })
      expect(seqs(await readFiles(path))).toEqual(range(6))
    }))

  it('refuses patterns that make no sense', () => {
    for (const pattern of ['', 'logs/', 'logs/{host}.log', '{date}/a.log', '..', 'a/.'])
      expect(() => fileSink(pattern), pattern).toThrow(expect.objectContaining({ code: 'LB_SINK_OPTIONS' }))
  })
})

suite('whatever the sizes, days and restarts', { timeout: 60_000 }, () => {
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        servers: fc.array(fc.constantFrom('a', 'a.log', 'b', '../b', 'a~1', 'a.gz'), {
          minLength: 1,
          maxLength: 8,
        }),
        size: fc.nat(400),
      }),
    },
    { weight: 1, arbitrary: fc.constant('day' as const) },
    { weight: 1, arbitrary: fc.constant('restart' as const) },
  )
  it('every record is once over all files, and each file has its own in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 15 }),
        fc.constantFrom('{server}-{date}.log', '{server}.log', '{server}', 'all-{date}', 'x{date}.{server}'),
        fc.integer({ min: 200, max: 3000 }),
        fc.constantFrom(undefined, 'gzip' as const),
        (steps, pattern, maxBytes, compress) =>
          withTempDir(async (base) => {
            const dir = join(base, 'logs')
            await mkdir(dir)
            let now = NOON
            const make = () =>
              fileSink(join(dir, pattern), {
                maxBytes,
                ...(compress === undefined ? {} : { compress }),
                keep: {},
                now: () => now,
                onError: (error) => errors.push(error),
              })
            const errors: unknown[] = []
            let sink = make()
            let next = 0
            for (const one of steps) {
              if (one === 'day') now += DAY
              else if (one === 'restart') {
                await sink.close?.(5000)
                sink = make()
              } else
                await sink(
                  one.servers.map((server) => makeRecord(next++, { server, message: 'x'.repeat(one.size) })),
                )
            }
            await sink.close?.(5000)
            const files = await readFiles(dir)
            expect(errors).toEqual([])
            expect(seqs(files).sort((a, b) => a - b)).toEqual(range(next))
            for (const [name, records] of files) {
              const order = records.map(({ seq }) => seq)
              expect(order, name).toEqual([...order].sort((a, b) => a - b))
              if (!pattern.startsWith('all'))
                expect(new Set(records.map(({ server }) => server)).size, name).toBe(1)
              const size = (await readText(join(dir, name))).length
              expect(size <= maxBytes || records.length === 1, `${name} ${size}`).toBe(true)
            }
            expect(await readdir(base)).toEqual(['logs'])
          }),
      ),
      { numRuns: 60 },
    )
  })
})

suite('the name of a file', () => {
  it('can never leave the directory, whatever the server is called', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.constantFrom(
            '..',
            '.',
            '',
            '../../etc/passwd',
            'C:\\x',
            'NUL',
            'con.txt',
            'a\0b',
            'x'.repeat(500),
            '😀'.repeat(90),
          ),
        ),
        (name) => {
          const plain = plainName(name)
          expect(plain).toMatch(/^[\p{L}\p{N}_-][\p{L}\p{N}._-]*$/u)
          expect(Buffer.byteLength(plain)).toBeLessThanOrEqual(140)
          expect(plain).not.toMatch(/^(con|nul)(\.|$)/i)
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('keeps plain names, and different ones apart', () => {
    for (const name of ['analytics', 'my.server-2_x', '天气']) expect(plainName(name)).toBe(name)
    expect(new Set(['a/b', 'a_b', 'a\\b', 'a:b'].map(plainName)).size).toBe(4)
  })

  it('does not follow a server out of the directory', () =>
    withTempDir(async (dir) => {
      await mkdir(join(dir, 'logs'))
      await symlink('/', join(dir, 'logs', 'root'))
      await fileSink(join(dir, 'logs/{server}.log'))(batchOf([0], { server: '../../escaped' }))
      await fileSink(join(dir, 'logs/{server}.log'))(batchOf([1], { server: 'root/tmp/escaped' }))
      expect(await readdir(dir)).toEqual(['logs'])
      expect(await readdir(join(dir, 'logs'))).toHaveLength(3)
    }))
})

suite('appending', () => {
  const lines = ['one\n', 'two\n', 'three\n'].map((line) => Buffer.from(line))
  const fake = (after: number, truncates: boolean) => {
    let bytes = Buffer.from('before\n')
    let room = after
    const file: Pick<LogFile, 'truncate' | 'close'> & {
      write: (chunk: Uint8Array, offset?: number) => Promise<{ bytesWritten: number; buffer: Uint8Array }>
      stat: () => Promise<{ size: number }>
    } = {
      write: async (chunk, offset = 0) => {
        const part = chunk.subarray(offset, offset + Math.max(1, Math.min(room, 3)))
        if (room <= 0 && chunk.length > 1) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
        room -= part.length
        bytes = Buffer.concat([bytes, part])
        return { bytesWritten: part.length, buffer: chunk }
      },
      stat: async () => ({ size: bytes.length }),
      truncate: async (size = 0) => {
        if (!truncates) throw new Error('EPERM')
        bytes = bytes.subarray(0, size)
      },
      close: async () => undefined,
    }
    return { file: file as unknown as LogFile, text: () => bytes.toString() }
  }

  it('counts whole lines only, and takes half a line back', async () => {
    for (let room = 0; room <= 14; room++) {
      for (const truncates of [true, false]) {
        const { file, text } = fake(room, truncates)
        const log = await openLog('x', async () => file)
        const answer = await log.append(lines)
        const whole = [0, 4, 8, 14].filter((end) => end <= room).length - 1
        expect(answer.lines).toBe(whole)
        expect(answer.error === undefined).toBe(room >= 14)
        const written = text()
          .split('\n')
          .slice(0, 1 + whole)
        expect(written).toEqual(['before', 'one', 'two', 'three'].slice(0, 1 + whole))
        expect(text().endsWith('\n')).toBe(true)
      }
    }
  })
})
