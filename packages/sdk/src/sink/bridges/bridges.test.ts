import { Writable } from 'node:stream'
import { configure, getLogger, type LogRecord as LogtapeRecord, reset } from '@logtape/logtape'
import { pino } from 'pino'
import { expect, it, describe as suite } from 'vitest'
import winston from 'winston'
import { isObject, LEVELS, type Level, severity } from '../../record/index.ts'
import { checkSink, makeRecord } from '../../testing/index.ts'
import { logtapeSink } from './logtape.ts'
import { pinoSink } from './pino.ts'
import { winstonLevel, winstonSink } from './winston.ts'

const collect = () => {
  const lines: Record<string, unknown>[] = []
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      for (const line of chunk.toString().split('\n').filter(Boolean)) {
        const json: unknown = JSON.parse(line)
        if (isObject(json)) lines.push(json)
      }
      done()
    },
  })
  return {
    lines,
    stream,
    behave: () => undefined,
    taken: () => lines.map(({ recordTime }) => Math.floor(Number(recordTime)) - 1_760_000_000_000),
  }
}

const makePino = () => {
  const collected = collect()
  return { ...collected, logger: pino({ level: 'trace' }, collected.stream) }
}

const makeWinston = (levels: Record<string, number> = winston.config.npm.levels, level = 'silly') => {
  const collected = collect()
  const transports = [new winston.transports.Stream({ stream: collected.stream })]
  return {
    ...collected,
    logger: winston.createLogger({ levels, level, format: winston.format.json(), transports }),
  }
}

const rich = makeRecord(5, {
  level: 'notice',
  logger: 'db',
  attributes: { level: 60, msg: 'no', time: 0, message: 'no' },
  call: { id: 'c', method: 'tools/call', tool: 'add', requestId: 1, from: 'client', attribution: 'exact' },
  traceId: '0af7651916cd43dd8448eb211c80319c',
})
const richFields = {
  recordId: rich.id,
  recordTime: rich.time,
  server: 'analytics',
  source: 'message',
  severity: 'notice',
  logger: 'db',
  call: rich.call,
  traceId: rich.traceId,
  attributes: rich.attributes,
}

suite('the bridge to pino', () => {
  it.each(checkSink({ makeFake: makePino, makeSink: ({ logger }) => pinoSink(logger) }))('$name', ({ run }) =>
    run(),
  )

  it('maps the eight levels; nothing above error is below it', async () => {
    const { logger, lines } = makePino()
    await pinoSink(logger)(LEVELS.map((level, seq) => makeRecord(seq, { level })))
    expect(lines.map(({ level }) => level)).toEqual([20, 30, 30, 40, 50, 60, 60, 60])
    expect(lines.map(({ severity: told }) => told)).toEqual([...LEVELS])
  })

  it('keeps message and fields, in the way of none of its own', async () => {
    const { logger, lines } = makePino()
    await pinoSink(logger)([rich])
    expect(lines).toEqual([
      expect.objectContaining({ level: 30, msg: rich.message, pid: process.pid, ...richFields }),
    ])
    expect(lines[0]?.time).not.toBe(0)
  })

  it('leaves the logger its own say', async () => {
    const { logger, lines } = makePino()
    logger.level = 'warn'
    await pinoSink(logger)(LEVELS.map((level, seq) => makeRecord(seq, { level })))
    expect(lines).toHaveLength(5)
  })
})

suite('the bridge to winston', () => {
  it.each(checkSink({ makeFake: () => makeWinston(), makeSink: ({ logger }) => winstonSink(logger) }))(
    '$name',
    ({ run }) => run(),
  )

  const table: [string, Record<string, number>, string, string[]][] = [
    [
      'npm',
      winston.config.npm.levels,
      'silly',
      ['debug', 'info', 'info', 'warn', 'error', 'error', 'error', 'error'],
    ],
    [
      'syslog',
      winston.config.syslog.levels,
      'debug',
      ['debug', 'info', 'notice', 'warning', 'error', 'crit', 'alert', 'emerg'],
    ],
    [
      'cli',
      winston.config.cli.levels,
      'silly',
      ['debug', 'info', 'info', 'warn', 'error', 'error', 'error', 'error'],
    ],
    [
      'own',
      { fatal: 0, error: 1, warn: 2, info: 3, trace: 4 },
      'trace',
      ['trace', 'info', 'info', 'warn', 'error', 'fatal', 'fatal', 'fatal'],
    ],
    ['strange', { bad: 0, good: 1 }, 'good', ['bad', 'bad', 'bad', 'bad', 'bad', 'bad', 'bad', 'bad']],
  ]
  it.each(table)(
    'maps the eight levels to those of %s; nothing above error is below it',
    async (_, levels, level, expected) => {
      const { logger, lines } = makeWinston(levels, level)
      await winstonSink(logger)(LEVELS.map((one, seq) => makeRecord(seq, { level: one })))
      expect(lines.map((line) => line.level)).toEqual(expected)
      const rank = (one: Level): number => levels[winstonLevel(one, levels)] ?? Number.NaN
      for (const one of LEVELS.filter((other) => severity(other) > severity('error')))
        expect(rank(one)).toBeLessThanOrEqual(rank('error'))
    },
  )

  it('keeps message and fields, in the way of none of its own', async () => {
    const { logger, lines } = makeWinston()
    await winstonSink(logger)([rich])
    expect(lines).toEqual([{ level: 'info', message: rich.message, ...richFields }])
  })

  it('lets no sender act on the terminal of a text format (row 36), unless told to', async () => {
    const { logger, lines } = makeWinston()
    const forged = makeRecord(0, { message: 'a\n\u001b[31mb' })
    await winstonSink(logger)([forged])
    await winstonSink(logger, { escape: false })([forged])
    expect(lines.map(({ message }) => message)).toEqual(['a␊␛[31mb', 'a\n\u001b[31mb'])
  })
})

const makeLogtape = async () => {
  const records: LogtapeRecord[] = []
  await configure({
    reset: true,
    sinks: { collected: (record) => void records.push(record) },
    loggers: [
      { category: 'app', sinks: ['collected'], lowestLevel: 'trace' },
      { category: ['logtape', 'meta'], lowestLevel: 'fatal' },
    ],
  })
  return {
    records,
    logger: getLogger(['app', 'mcp']),
    behave: () => undefined,
    taken: () => records.map(({ timestamp }) => Math.floor(timestamp) - 1_760_000_000_000),
    close: () => reset(),
  }
}

suite('the bridge to LogTape', () => {
  it.each(checkSink({ makeFake: makeLogtape, makeSink: ({ logger }) => logtapeSink(logger) }))(
    '$name',
    ({ run }) => run(),
  )

  it('maps the eight levels; nothing above error is below it', async () => {
    const { logger, records, close } = await makeLogtape()
    await logtapeSink(logger)(LEVELS.map((level, seq) => makeRecord(seq, { level })))
    expect(records.map(({ level }) => level)).toEqual([
      'debug',
      'info',
      'info',
      'warning',
      'error',
      'fatal',
      'fatal',
      'fatal',
    ])
    expect(records.map(({ properties }) => properties.severity)).toEqual([...LEVELS])
    await close()
  })

  it('keeps message, time and fields', async () => {
    const { logger, records, close } = await makeLogtape()
    await logtapeSink(logger)([rich])
    expect(records).toEqual([
      expect.objectContaining({
        category: ['app', 'mcp'],
        level: 'info',
        timestamp: rich.time,
        properties: richFields,
      }),
    ])
    await close()
  })

  it('takes braces as text, and lets no sender act on a terminal, unless told to', async () => {
    const { logger, records, close } = await makeLogtape()
    const forged = makeRecord(0, { message: '{server} {*} {{x}}\n\u001b[31mb' })
    await logtapeSink(logger)([forged])
    await logtapeSink(logger, { escape: false })([forged])
    expect(records.map(({ message }) => message)).toEqual([
      ['{server} {*} {{x}}␊␛[31mb'],
      ['{server} {*} {{x}}\n\u001b[31mb'],
    ])
    await close()
  })
})
