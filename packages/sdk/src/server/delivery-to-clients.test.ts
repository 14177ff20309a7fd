/** What reaches the client, over every SDK line, era and transport. Numbers are rows of docs/behaviours.md. */
import { describe, expect, onTestFinished, test } from 'vitest'
import { LEVELS, type Level, type LogRecord } from '../record/index.ts'
import { CELLS, JSON_CELLS, quiet, type Works } from './testing.ts'
import type { LoggingOptions } from './types.ts'

const works: Works = {
  hello: (log) => log.info('hello?'),
  structured: (log) => log.info('m', { a: 1, deep: { b: [true, null] } }),
  fifty: async (log) => {
    for (let i = 0; i < 50; i++) {
      log.info(`m${i}`)
      if (i % 7 === 0) await Promise.resolve()
    }
  },
  levels: (log) => {
    for (const level of LEVELS) log.log(level, level)
  },
  methods: (log) => {
    for (const level of LEVELS) log[level](level)
  },
  without: (log) => {
    log.log(undefined, 'x')
    ;(log.log as (message: string) => void)('y')
  },
  secret: (log) =>
    log.warning('calling with password=hunter2', {
      token: 'swordfish',
      nested: { authorization: 'Bearer x.y' },
    }),
}

const start = async (
  cell: (typeof CELLS)[number] | (typeof JSON_CELLS)[number],
  options: LoggingOptions = {},
  own: Works = works,
) => {
  const records: LogRecord[] = []
  const setup = await cell.start(own, quiet(records, options))
  onTestFinished(() => void setup.close())
  const connect = async () => {
    const peer = await setup.connect()
    onTestFinished(() => void peer.close())
    return peer
  }
  return { records, connect, logging: setup.logging }
}

const ask = (modern: boolean, level: Level = 'debug'): Level | undefined => (modern ? level : undefined)

describe.each(CELLS)('$name', (cell) => {
  test('row 1: a log arrives once, with extra {}', async () => {
    const { connect, records, logging } = await start(cell)
    const peer = await connect()
    await peer.call('hello', ask(cell.modern))
    await logging().flush()
    expect(peer.seen.map(({ level, data }) => ({ level, data }))).toEqual([
      { level: 'info', data: { msg: 'hello?', extra: {} } },
    ])
    expect(records).toHaveLength(1)
    const [record] = records
    expect(peer.seen[0]?._meta?.['io.logboom/origin']).toMatchObject({ id: record?.id, time: record?.time })
    expect(record).toMatchObject({
      source: 'app',
      server: 'test-server',
      serverVersion: '1.2.3',
      call: { method: 'tools/call', tool: 'hello', from: 'client', attribution: 'exact' },
    })
  })

  test('row 2: structured fields arrive as they are', async () => {
    const { connect } = await start(cell)
    const peer = await connect()
    await peer.call('structured', ask(cell.modern))
    expect(peer.seen.map(({ data }) => data)).toEqual([
      { msg: 'm', extra: { a: 1, deep: { b: [true, null] } } },
    ])
  })

  test('row 3: fifty logs arrive in order before the answer', async () => {
    const { connect } = await start(cell)
    const peer = await connect()
    await peer.call('fifty', ask(cell.modern))
    expect(peer.seenAtAnswer()).toBe(50)
    expect(peer.seen.map(({ data }) => (data as { msg: string }).msg)).toEqual(
      Array.from({ length: 50 }, (_, i) => `m${i}`),
    )
  })

  test('rows 4 and 5: all eight levels; none is info', async () => {
    const { connect } = await start(cell)
    const peer = await connect()
    await peer.call('levels', ask(cell.modern))
    await peer.call('methods', ask(cell.modern))
    await peer.call('without', ask(cell.modern))
    expect(peer.seen.map(({ level }) => level)).toEqual([...LEVELS, ...LEVELS, 'info', 'info'])
  })

  test("row 9: the server's default level", async () => {
    const { connect } = await start(cell, { level: 'error' })
    const peer = await connect()
    // A modern client says itself what it wants.
    await peer.call('levels', ask(cell.modern, 'error'))
    expect(peer.seen.map(({ level }) => level)).toEqual(['error', 'critical', 'alert', 'emergency'])
  })

  test('row 34: secrets are masked on the wire and in records', async () => {
    const { connect, records, logging } = await start(cell)
    const peer = await connect()
    await peer.call('secret', ask(cell.modern))
    await logging().flush()
    const written = JSON.stringify([peer.seen, records])
    expect(peer.seen).toHaveLength(1)
    for (const secret of ['hunter2', 'swordfish', 'x.y']) expect(written).not.toContain(secret)
  })
})

describe.each(CELLS.filter(({ modern, stateless }) => !modern && !stateless))('$name', (cell) => {
  test('rows 10 and 30: a session sets its level, both ways, and no other', async () => {
    const { connect } = await start(cell, { level: 'notice' })
    const [first, second] = [await connect(), await connect()]
    await first.setLevel('error')
    await first.call('levels')
    await second.call('levels')
    await second.setLevel('debug')
    await second.call('levels')
    expect(first.seen.map(({ level }) => level)).toEqual(LEVELS.slice(4))
    expect(second.seen.map(({ level }) => level)).toEqual([...LEVELS.slice(2), ...LEVELS])
  })
})

describe.each(CELLS.filter(({ modern, stateless }) => !modern && stateless))('$name', (cell) => {
  test('row 30: a client without a session sets nothing for the next', async () => {
    const { connect } = await start(cell)
    const [first, second] = [await connect(), await connect()]
    await first.setLevel('error')
    await second.call('levels')
    expect(second.seen.map(({ level }) => level)).toEqual([...LEVELS])
  })
})

describe.each(CELLS.filter(({ modern }) => modern))('$name', (cell) => {
  test('row 11: nothing without opt-in; with it, that level and above', async () => {
    const { connect, records, logging } = await start(cell, { level: 'error' })
    const peer = await connect()
    await peer.call('levels')
    const without = peer.seen.length
    await peer.call('levels', 'warning')
    await logging().flush()
    expect(without).toBe(0)
    expect(peer.seen.map(({ level }) => level)).toEqual(LEVELS.slice(3))
    expect(records.filter(({ message }) => message === 'emergency')).toHaveLength(2)
  })

  test('row 12: a level that is none is refused before the handler runs', async () => {
    let ran = 0
    const { connect } = await start(cell, {}, { run: () => void ran++ })
    const peer = await connect()
    const error: unknown = await peer.call('run', 'verbose' as Level).catch((thrown) => thrown)
    expect(error).toMatchObject({ code: -32602 })
    expect(ran).toBe(0)
  })
})

describe.each(JSON_CELLS)('$name', (cell) => {
  test('row 31: what is logged after such an answer is told from what was logged before it', async () => {
    let late = (): void => {}
    const own: Works = {
      run: (log) => {
        log.info('during')
        late = () => log.info('late')
      },
    }
    const { connect, logging } = await start(cell, {}, own)
    const peer = await connect()
    await peer.call('run', ask(cell.modern))
    late()
    late()
    expect(logging().stats().undelivered).toEqual({ json_response: 1, after_response: 2 })
  })

  test('row 31: what cannot be delivered is counted, and leaves by the other ways', async () => {
    const { connect, records, logging } = await start(cell)
    const peer = await connect()
    await peer.call('fifty', ask(cell.modern))
    await logging().flush()
    expect(peer.seen).toEqual([])
    expect(records.filter(({ message }) => /^m\d+$/.test(message))).toHaveLength(50)
    expect(logging().stats().undelivered).toEqual({ json_response: 50 })
  })
})
