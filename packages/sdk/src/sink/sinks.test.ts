import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, describe as suite } from 'vitest'
import { ownStart } from '../journal/index.ts'
import { readAll, runId } from '../journal/testing.ts'
import { LEVELS, type LogRecord } from '../record/index.ts'
import { checkSink, makeRecord } from '../testing/index.ts'
import { defaultLogHandler } from './default-handler.ts'
import { journalSink } from './journal.ts'
import { memorySink } from './memory.ts'

suite('the memory sink', () => {
  const checks = checkSink({
    makeFake: () => {
      const sink = memorySink()
      return { sink, behave: () => undefined, taken: () => sink.records().map(({ seq }) => seq) }
    },
    makeSink: ({ sink }) => sink,
  })
  it.each(checks)('$name', ({ run }) => run())

  it('keeps the last, and counts what had to go', () => {
    const sink = memorySink({ max: 3 })
    for (let i = 0; i < 20; i++) void sink([makeRecord(2 * i), makeRecord(2 * i + 1)])
    expect(sink.records().map(({ seq }) => seq)).toEqual([37, 38, 39])
    expect(sink.dropped()).toBe(37)
    sink.clear()
    expect([sink.records(), sink.dropped()]).toEqual([[], 0])
  })
})

const makeHome = async () => {
  const home = await mkdtemp(join(tmpdir(), 'logboom-home-'))
  return {
    home,
    behave: () => undefined,
    taken: async () => (await readAll(join(home, 'journal'))).records.map(({ seq }) => seq),
    close: () => rm(home, { recursive: true }),
  }
}

suite('the journal sink', () => {
  const checks = checkSink({ makeFake: makeHome, makeSink: ({ home }) => journalSink({ home }) })
  it.each(checks)('$name', ({ run }) => run())

  it('gives every run a journal of its own, which the reader takes for this process', async () => {
    const fake = await makeHome()
    const sink = journalSink({ home: fake.home })
    const batch = [0, 1, 2, 3].map((seq) => makeRecord(seq, { run: runId(seq % 2), server: `s${seq % 2}` }))
    await sink(batch)
    await sink.close?.(1000)
    for (const run of [0, 1]) {
      const path = join(fake.home, 'journal', `${runId(run)}.0.ndjson`)
      const [header, ...lines] = (await readFile(path, 'utf8')).trim().split('\n')
      expect(JSON.parse(header ?? '')).toMatchObject({
        server: `s${run}`,
        pid: process.pid,
        pidStart: ownStart(),
      })
      expect(lines.map((line) => JSON.parse(line).seq)).toEqual([run, run + 2])
      expect((await stat(path)).mode & 0o777).toBe(0o600)
    }
    await fake.close()
  })

  it('refuses by name what no reader would find', async () => {
    const fake = await makeHome()
    const sink = journalSink({ home: fake.home, server: 'named' })
    await expect(sink([makeRecord(0), makeRecord(1, { run: 'r' }), makeRecord(2)])).rejects.toMatchObject({
      rejects: [{ index: 1, reason: 'run "r" is no UUIDv7', retryable: false }],
    })
    await sink.close?.(1000)
    expect(await fake.taken()).toEqual([0, 2])
    await fake.close()
  })

  it('holds no more than 64 files open, and loses nothing by it', async () => {
    const fake = await makeHome()
    const sink = journalSink({ home: fake.home })
    const batch = Array.from({ length: 300 }, (_, seq) => makeRecord(seq, { run: runId(seq % 100) }))
    for (const third of [batch.slice(0, 100), batch.slice(100, 200), batch.slice(200)]) await sink(third)
    await sink.close?.(5000)
    expect((await fake.taken()).sort((a, b) => a - b)).toEqual(batch.map(({ seq }) => seq))
    await fake.close()
  })
})

/** A logger that keeps what it is told. */
const logger = (more: object = {}) => {
  const lines: string[] = []
  const method = (name: string) => (text: string) => void lines.push(`${name}: ${text}`)
  return {
    lines,
    log: {
      debug: method('debug'),
      info: method('info'),
      warn: method('warn'),
      error: method('error'),
      ...more,
    },
  }
}

suite('defaultLogHandler', () => {
  it('says who and what, in one line (row 8)', () => {
    const { lines, log } = logger()
    const handle = defaultLogHandler(log)
    handle(makeRecord(0, { level: 'warning', message: 'default' }))
    handle(makeRecord(0, { level: 'warning', message: 'default', logger: 'name' }))
    handle(makeRecord(0, { message: 'slow', attributes: { ms: 812 } }))
    expect(lines).toEqual([
      'warn: Received WARNING from server: default',
      'warn: Received WARNING from server (name): default',
      'info: Received INFO from server: slow  ms=812',
    ])
  })

  it('maps the eight levels, and what is none (row 7)', () => {
    const fatal: string[] = []
    const plain = logger()
    const loud = logger({ fatal: (text: string) => void fatal.push(text) })
    for (const level of [...LEVELS, 'LOUD' as LogRecord['level'], 'constructor' as LogRecord['level']]) {
      for (const { log } of [plain, loud]) defaultLogHandler(log)(makeRecord(0, { level, message: '' }))
    }
    const names = (lines: string[]): (string | undefined)[] => lines.map((line) => line.split(':')[0])
    expect(names(plain.lines)).toEqual([
      'debug',
      'info',
      'info',
      'warn',
      'error',
      'error',
      'error',
      'error',
      'info',
      'info',
    ])
    expect(names(loud.lines)).toEqual(['debug', 'info', 'info', 'warn', 'error', 'info', 'info'])
    expect(fatal).toHaveLength(3)
  })

  it('lets no sender begin a line or a colour (row 36)', () => {
    const { lines, log } = logger()
    defaultLogHandler(log)(
      makeRecord(0, { message: 'a\nReceived ERROR', logger: '\u001b[31m', attributes: { 'k\n': '\u202e' } }),
    )
    expect(lines).toEqual(['info: Received INFO from server (␛[31m): a␊Received ERROR  k␊=\\u{202e}'])
  })
})
