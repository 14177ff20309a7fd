/** Where records go besides the client. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import type { LogRecord } from '../record/index.ts'
import { coreFor } from './default-core.ts'
import { createLineWriter, type WriteSome } from './line-writer.ts'
import { markedLine, readableLine } from './lines.ts'
import { listen } from './testing.ts'

const identity = { name: 'ways', version: '9.9.9', isConnected: () => false }

test.each([
  ['by option', (home: string) => ({ journal: home, env: {} })],
  ['by LOGBOOM_HOME', (home: string) => ({ env: { LOGBOOM_HOME: home } })],
])('a journal %s: masked, and of the application itself', async (_, optionsFor) => {
  const home = await mkdtemp(path.join(tmpdir(), 'logboom-ways-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  const core = coreFor(identity, { stderr: false, ...optionsFor(home) })
  core.log.warning('kept', { token: 'abcdef', n: 1 })
  await core.flush()
  const [name = ''] = await readdir(path.join(home, 'journal'))
  const lines = (await readFile(path.join(home, 'journal', name), 'utf8')).trim().split('\n')
  const [header, record] = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(lines).toHaveLength(2)
  expect(header).toMatchObject({ logboom: 1, server: 'ways', pid: process.pid })
  expect(record).toMatchObject({
    source: 'app',
    level: 'warning',
    message: 'kept',
    run: header?.run,
    attributes: { n: 1 },
    redacted: 1,
  })
  expect(lines.join()).not.toContain('abcdef')
})

test('OTLP by its standard environment', async () => {
  const bodies: string[] = []
  const http = await listen(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    bodies.push((request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString())
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  onTestFinished(() => http.close())
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: http.url.origin,
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=test',
  }
  const core = coreFor(identity, { stderr: false, env })
  core.log.error('exported', { authorization: 'Bearer abc.def' })
  await core.flush()
  expect(bodies).toHaveLength(1)
  expect(bodies[0]).toContain('"exported"')
  expect(bodies[0]).toContain('deployment.environment')
  expect(bodies[0]).not.toContain('abc.def')
})

test('a sink that throws breaks nothing, and is said once', async () => {
  const records: LogRecord[] = []
  const broken = () => {
    throw new Error('disk on fire')
  }
  const sinks = [broken, (batch: readonly LogRecord[]) => void records.push(...batch)]
  const core = coreFor(identity, { stderr: false, env: {}, sinks })
  core.log.info('one')
  await core.flush()
  core.log.info('two')
  await core.flush()
  const own = records.filter(({ logger }) => logger === 'logboom')
  expect(records.filter(({ logger }) => logger === undefined).map(({ message }) => message)).toEqual([
    'one',
    'two',
  ])
  expect(own.map(({ attributes }) => attributes)).toEqual([{ error: 'disk on fire' }])
  expect(core.stats().dropped).toMatchObject({ 'sink1.failed': expect.any(Number) })
})

const record: LogRecord = {
  id: '0190a0a0-0000-7000-8000-000000000000',
  time: 1_763_800_000_000.5,
  observed: 1_763_800_000_000.5,
  seq: 0,
  level: 'warning',
  server: 's',
  run: 'r',
  source: 'app',
  logger: 'db',
  message: 'slow\nquery \u001b[31m',
  attributes: { ms: 812 },
  call: { id: 'c', method: 'tools/call', tool: 'add', requestId: 7, from: 'client', attribution: 'exact' },
}

test('row 36: both kinds of line are one line, and nothing in it acts on a terminal', () => {
  for (const line of [markedLine(record), readableLine(record, false)]) {
    expect(line.indexOf('\n')).toBe(line.length - 1)
    expect(line).not.toContain('\u001b')
  }
  expect(JSON.parse(markedLine(record))).toEqual({
    logboom: 1,
    id: record.id,
    time: record.time,
    level: 'warning',
    logger: 'db',
    message: record.message,
    attributes: { ms: 812 },
    requestId: 7,
  })
  expect(readableLine(record, false)).toMatch(/warning +s add \[db\] slow/)
})

test('lines to a pipe nobody reads: the rest waits in bounds, is counted, and goes out in order when it is read', async () => {
  const written: string[] = []
  const waiting: (() => void)[] = []
  const writeSome: WriteSome = (bytes, offset, done) => {
    // Half a write at a time.
    const end = Math.min(bytes.length, offset + 8)
    waiting.push(() => {
      written.push(bytes.subarray(offset, end).toString())
      done(null, end - offset)
    })
  }
  const writer = createLineWriter({ immediate: false, maxBytes: 60, writeSome })
  for (let i = 0; i < 10; i++) writer.write(`line ${i} .....\n`)
  const flushed = writer.flush(5000)
  while (waiting.length > 0) waiting.shift()?.()
  await flushed
  expect(written.join('')).toBe([0, 1, 2, 3, 4].map((i) => `line ${i} .....\n`).join(''))
  expect(writer.dropped()).toEqual({ overflow: 5 })
})

test('lines to a pipe that is closed are counted', async () => {
  const writer = createLineWriter({
    immediate: false,
    writeSome: (_, __, done) => done(new Error('EPIPE'), 0),
  })
  writer.write('a\n')
  await writer.flush(5000)
  expect(writer.dropped()).toEqual({ failed: 1 })
})
