import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { expect, it, describe as suite } from 'vitest'
import { decodeRecord } from '../../journal/index.ts'
import type { LogRecord } from '../../record/index.ts'
import { type Behaviour, checkSink, makeRecord } from '../../testing/index.ts'
import { wantsColor } from './color.ts'
import { consoleSink } from './console.ts'
import { stderrSink } from './stderr.ts'

const readLines = (text: string): LogRecord[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => decodeRecord(line) ?? [])

/** A stream that does as it is told. */
const makeStream = () => {
  let behaviour: Behaviour = 'ok'
  let text = ''
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      if (behaviour === 'hanging') return
      const take = (): void => {
        text += chunk.toString()
        done()
      }
      if (behaviour === 'slow') setImmediate(() => setImmediate(take))
      else take()
    },
  })
  return {
    stream,
    text: () => text,
    taken: () => readLines(text).map(({ seq }) => seq),
    behave: (next: Behaviour) => {
      behaviour = next
    },
  }
}

suite('the console sink keeps the contract', () => {
  const checks = checkSink({
    makeFake: makeStream,
    makeSink: ({ stream }) => consoleSink({ format: 'json', stream }),
    can: ['ok', 'slow', 'hanging'],
  })
  it.each(checks)('$name', ({ run }) => run())
})

suite('the console sink', () => {
  it('is pretty and plain on what is no terminal', async () => {
    const { stream, text } = makeStream()
    await consoleSink({ stream })([makeRecord(0, { message: 'a\nb' }), makeRecord(1)])
    expect(text().split('\n')).toHaveLength(3)
    expect(text()).toContain('info      analytics a␊b\n')
    expect(text()).not.toContain('\u001b')
    await consoleSink({ stream, color: true })([makeRecord(2)])
    expect(text()).toContain('\u001b[36minfo')
  })

  it('tells that its stream failed or is closed, and lives', async () => {
    const failing = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) })
    const sink = consoleSink({ stream: failing })
    await expect(sink([makeRecord(0)])).rejects.toMatchObject({ name: 'SinkError', retryable: false })
    await expect(sink([makeRecord(0)])).rejects.toThrow('the stream is closed')
  })

  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [false, { FORCE_COLOR: '1' }, true],
    [true, { FORCE_COLOR: '0' }, false],
    [true, { TERM: 'dumb' }, false],
  ])('terminal %s with %j wants colours: %s', (isTTY, env, wanted) => {
    expect(wantsColor({ isTTY }, env)).toBe(wanted)
  })
})

const makeFdFake = async () => {
  const dir = await mkdtemp(join(tmpdir(), 'logboom-stderr-'))
  const path = join(dir, 'stderr')
  const fd = openSync(path, 'a')
  return {
    fd,
    behave: () => undefined,
    taken: () => readLines(readFileSync(path, 'utf8')).map(({ seq }) => seq),
    close: async () => {
      closeSync(fd)
      await rm(dir, { recursive: true })
    },
  }
}

suite('the stderr sink keeps the contract', () => {
  const checks = checkSink({ makeFake: makeFdFake, makeSink: ({ fd }) => stderrSink({ fd }) })
  it.each(checks)('$name', ({ run }) => run())
})

suite('the stderr sink', () => {
  it('says which records a broken descriptor did not take', async () => {
    const fake = await makeFdFake()
    const sink = stderrSink({ fd: fake.fd })
    await fake.close()
    await expect(sink([makeRecord(0), makeRecord(1)])).rejects.toMatchObject({
      rejects: [
        { index: 0, retryable: false },
        { index: 1, retryable: false },
      ],
    })
  })

  it('does not stop a process whose stderr nobody reads', async () => {
    // The pipe of stderr is full after 64 KiB; the child must still answer on stdout, and end when it is told to.
    const program = `
      import { createDelivery, stderrSink } from '@logboom/sdk/sink'
      import { makeRecord } from '@logboom/sdk/testing'
      const delivery = createDelivery(stderrSink())
      for (let i = 0; i < 2000; i++) delivery.push(makeRecord(i, { message: 'x'.repeat(500) }))
      const { left } = await delivery.close(200)
      const stats = delivery.stats()
      process.stdout.write(JSON.stringify({ left, stats }) + '\\n', () => process.kill(process.pid, 'SIGKILL'))
    `
    const args = ['--conditions=@logboom/source', '--import', 'tsx', '--input-type=module', '-e', program]
    const child = spawn(process.execPath, args, {
      cwd: import.meta.dirname,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString()
    })
    try {
      await once(child.stdout, 'end', { signal: AbortSignal.timeout(30_000) })
    } finally {
      child.kill('SIGKILL')
    }
    const { left, stats } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}')
    expect(left).toBeGreaterThan(0)
    expect(stats.received).toBe(2000)
    expect(stats.delivered + stats.dropped.closed).toBe(2000)
  }, 40_000)
})
