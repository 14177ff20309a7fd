import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createIds, type LogRecord, type NamedCall } from '../record/index.ts'
import { createObserver } from './observer.ts'
import type { ObserveLimits, Observer, Stream } from './types.ts'

interface Watched {
  observer: Observer
  records: LogRecord[]
  /** Feeds lines of JSON or text at a time. */
  say(stream: Stream, at: number, ...lines: unknown[]): void
  of(source: LogRecord['source']): LogRecord[]
}

const watch = (limits?: Partial<ObserveLimits>): Watched => {
  const records: LogRecord[] = []
  const observer = createObserver({
    server: 'files',
    run: 'run-1',
    newId: createIds(),
    emit: (record) => records.push(record),
    ...(limits === undefined ? {} : { limits }),
  })
  return {
    observer,
    records,
    say(stream, at, ...lines) {
      for (const line of lines) {
        observer.feed(stream, Buffer.from(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`), at)
      }
    },
    of: (source) => records.filter((record) => record.source === source),
  }
}

const rpc = (fields: object) => ({ jsonrpc: '2.0', ...fields })
const toolCall = (id: number | string, name = 'work', more: object = {}) =>
  rpc({ id, method: 'tools/call', params: { name, arguments: { id }, ...more } })
const answer = (id: number | string, result: object = { content: [] }) => rpc({ id, result })
const log = (data: unknown, more: object = {}) =>
  rpc({ method: 'notifications/message', params: { level: 'info', data, ...more } })
const modernMeta = (more: object = {}) => ({
  _meta: {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'agent', version: '3' },
    ...more,
  },
})
const ASKS = { 'io.modelcontextprotocol/logLevel': 'debug' }
const callOf = (record: LogRecord | undefined) => record?.call as NamedCall

describe('a legacy session', () => {
  const handshake = (watched: Watched) => {
    watched.say(
      'stdin',
      1000,
      rpc({
        id: 0,
        method: 'initialize',
        params: {
          protocolVersion: '2025-11-25',
          capabilities: {},
          clientInfo: { name: 'claude', version: '1' },
        },
      }),
    )
    watched.say(
      'stdout',
      1010,
      answer(0, {
        protocolVersion: '2025-06-18',
        capabilities: { logging: {}, tools: {} },
        serverInfo: { name: 'fs', version: '2.0' },
      }),
    )
  }

  it('tells its handshake once, and puts what it learnt on every later record', () => {
    const watched = watch()
    handshake(watched)
    watched.say('stderr', 1500, 'hello')
    watched.observer.tick(9000)
    const [told, ...more] = watched.of('lifecycle')
    expect(more).toEqual([])
    expect(told).toMatchObject({
      level: 'info',
      message: 'client claude 1, server fs 2.0, protocol 2025-06-18',
      attributes: {
        event: 'handshake',
        era: 'legacy',
        requestedProtocol: '2025-11-25',
        serverCapabilities: ['logging', 'tools'],
      },
    })
    expect(watched.of('stderr')[0]).toMatchObject({
      client: { name: 'claude', version: '1' },
      serverVersion: '2.0',
      protocol: '2025-06-18',
    })
  })

  it('tells a refused handshake as an error', () => {
    const watched = watch()
    watched.say(
      'stdin',
      1000,
      rpc({ id: 0, method: 'initialize', params: { protocolVersion: '2025-11-25' } }),
    )
    watched.say('stdout', 1001, rpc({ id: 0, error: { code: -32602, message: 'no such version' } }))
    expect(watched.of('lifecycle')[0]).toMatchObject({
      level: 'error',
      message: expect.stringContaining('no such version'),
    })
  })

  it('is two records a call, with arguments, result, sizes and duration', () => {
    const watched = watch()
    watched.say('stdin', 2000, toolCall(7, 'analyze'))
    watched.say('stdout', 2500.25, answer(7, { content: [{ type: 'text', text: 'done' }] }))
    const [started, outcome] = watched.of('call')
    expect(started).toMatchObject({
      level: 'info',
      seq: 0,
      attributes: { arguments: { id: 7 }, requestBytes: JSON.stringify(toolCall(7, 'analyze')).length },
      call: {
        method: 'tools/call',
        tool: 'analyze',
        requestId: 7,
        from: 'client',
        attribution: 'exact',
        status: 'started',
      },
    })
    expect(outcome).toMatchObject({
      level: 'info',
      seq: 1,
      attributes: { result: { content: [{ type: 'text', text: 'done' }] } },
      call: { id: callOf(started).id, status: 'ok', durationMs: 500.25 },
    })
  })

  it('infers the only open call for messages and stderr alike', () => {
    const watched = watch()
    watched.say('stdin', 2000, toolCall(1))
    watched.say('stderr', 2100, 'from stderr')
    watched.say('stdout', 2200, log('from the protocol'))
    watched.say('stdout', 2300, answer(1))
    watched.observer.tick(9000)
    const id = callOf(watched.of('call')[0]).id
    for (const source of ['message', 'stderr'] as const) {
      expect(watched.of(source)).toHaveLength(1)
      expect(watched.of(source)[0]?.call).toMatchObject({ id, attribution: 'inferred' })
      expect(watched.of(source)[0]?.call).not.toHaveProperty('status')
    }
  })
})

describe('a modern session', () => {
  it('takes its facts from _meta and tells the handshake at the first answer', () => {
    const watched = watch()
    watched.say('stdin', 1000, rpc({ id: 'probe', method: 'server/discover', params: modernMeta() }))
    watched.say(
      'stdout',
      1001,
      answer('probe', {
        supportedVersions: ['2026-07-28'],
        capabilities: { logging: {} },
        _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'db', version: '9' } },
      }),
    )
    watched.say('stdin', 1002, toolCall(1, 'work', modernMeta(ASKS)))
    expect(watched.of('lifecycle')[0]).toMatchObject({
      message: 'client agent 3, server db 9, protocol 2026-07-28',
    })
    expect(watched.of('call').at(-1)).toMatchObject({
      protocol: '2026-07-28',
      serverVersion: '9',
      client: { name: 'agent' },
    })
  })

  it('tells once a run that protocol logging is deprecated', () => {
    const watched = watch()
    watched.say('stdin', 1000, toolCall(1, 'a', modernMeta(ASKS)), toolCall(2, 'b', modernMeta(ASKS)))
    watched.say('stdout', 1001, log('x'), log('y'))
    expect(
      watched.of('lifecycle').filter(({ attributes }) => attributes.event === 'deprecation'),
    ).toHaveLength(1)
  })

  it('gives a log message only to calls that asked for logs, a stderr line to any', () => {
    const watched = watch()
    watched.say('stdin', 1000, toolCall(1, 'quiet', modernMeta()), toolCall(2, 'loud', modernMeta(ASKS)))
    watched.say('stdout', 1100, log('x'))
    watched.say('stderr', 1100, 'y')
    watched.observer.tick(9000)
    expect(watched.of('message')[0]?.call).toMatchObject({ tool: 'loud', attribution: 'inferred' })
    expect(watched.of('stderr')[0]?.call).toMatchObject({ attribution: 'ambiguous' })
  })
})

describe('the outcome of a call', () => {
  const outcome = (...afterwards: unknown[]): LogRecord | undefined => {
    const watched = watch()
    watched.say('stdin', 1000, toolCall(1))
    for (const line of afterwards) watched.say((line as { from?: Stream }).from ?? 'stdout', 1100, line)
    watched.observer.ended(2000, { code: 0 })
    return watched.of('call')[1]
  }
  const cancel = (reason?: string) => ({
    ...rpc({
      method: 'notifications/cancelled',
      params: { requestId: 1, ...(reason === undefined ? {} : { reason }) },
    }),
    from: 'stdin',
  })

  it.each([
    ['ok', 'info', [answer(1)]],
    [
      'tool_error',
      'error',
      [answer(1, { isError: true, content: [{ type: 'text', text: 'disk on fire' }] })],
    ],
    ['rpc_error', 'error', [rpc({ id: 1, error: { code: -32603, message: 'boom' } })]],
    ['cancelled', 'notice', [cancel('user pressed stop')]],
    ['timeout', 'error', [cancel('McpError: MCP error -32001: Request timed out')]],
    ['lost', 'error', []],
  ] as const)('is %s, a record of level %s', (status, level, lines) => {
    expect(outcome(...lines)).toMatchObject({ level, call: { status } })
  })

  it('says in its message what went wrong', () => {
    expect(
      outcome(answer(1, { isError: true, content: [{ type: 'text', text: 'disk on fire' }] }))?.message,
    ).toBe('tools/call work failed: disk on fire')
    expect(outcome(rpc({ id: 1, error: { code: -32603, message: 'boom' } }))?.message).toBe(
      'tools/call work failed: boom',
    )
  })

  it('stays when an answer comes after the cancellation, which is told apart', () => {
    const watched = watch()
    watched.say('stdin', 1000, toolCall(1), cancel())
    watched.say('stdout', 1300, answer(1))
    expect(watched.of('call')).toHaveLength(2)
    expect(watched.of('lifecycle')[0]).toMatchObject({
      level: 'notice',
      call: { requestId: 1, attribution: 'exact' },
    })
  })

  it('is told for a request of the server too', () => {
    const watched = watch()
    watched.say('stdout', 1000, rpc({ id: 1, method: 'sampling/createMessage', params: {} }))
    watched.say('stdin', 1100, answer(1, {}))
    expect(watched.of('call').map(({ call }) => call)).toMatchObject([
      { from: 'server', status: 'started' },
      { from: 'server', status: 'ok', durationMs: 100 },
    ])
  })

  it('pairs also when request or answer is too long to parse', () => {
    const watched = watch({ line: 2_000 })
    const text = 'x "quoted" '.repeat(100_000)
    watched.say(
      'stdin',
      1000,
      rpc({ method: 'tools/call', params: { name: 'write', arguments: { text } }, id: 4 }),
    )
    watched.say('stdout', 1100, {
      result: { content: [{ type: 'text', text }], isError: true },
      jsonrpc: '2.0',
      id: 4,
    })
    const [started, ended] = watched.of('call')
    expect(started).toMatchObject({ call: { tool: 'write', requestId: 4 } })
    expect(ended).toMatchObject({ call: { id: callOf(started).id, status: 'tool_error' } })
    expect(started?.truncated).toBeGreaterThan(1_000_000)
    expect(JSON.stringify(watched.records).length).toBeLessThan(5_000)
  })

  it('is told for every member of a batch', () => {
    const watched = watch()
    watched.say('stdin', 1000, [toolCall(1), toolCall(2)])
    watched.say('stdout', 1100, [answer(2), log('between'), answer(1)])
    expect(
      watched
        .of('call')
        .map(({ call }) => `${callOf({ call } as LogRecord).requestId} ${(call as NamedCall).status}`),
    ).toEqual(['1 started', '2 started', '2 ok', '1 ok'])
    expect(watched.of('message')).toHaveLength(1)
  })

  it('of an answer to nothing is a warning, not a call', () => {
    const watched = watch()
    watched.say('stdout', 1000, answer(99))
    expect(watched.of('call')).toEqual([])
    expect(watched.of('lifecycle')[0]).toMatchObject({ level: 'warning', attributes: { event: 'unpaired' } })
  })
})

describe('records that name their call', () => {
  it('are exact by progress token and by cancellation, whatever else is open', () => {
    const watched = watch()
    watched.say('stdin', 1000, toolCall(1, 'a', { _meta: { progressToken: 'p1' } }), toolCall(2, 'b'))
    watched.say(
      'stdout',
      1100,
      rpc({
        method: 'notifications/progress',
        params: { progressToken: 'p1', progress: 1, total: 4, message: 'reading' },
      }),
    )
    watched.say('stdin', 1200, rpc({ method: 'notifications/cancelled', params: { requestId: 2 } }))
    expect(watched.of('notification')).toMatchObject([
      { message: 'progress 1/4 reading', call: { tool: 'a', attribution: 'exact' } },
      { call: { tool: 'b', attribution: 'exact' } },
    ])
  })

  it('are exact by trace, and carry the trace of a call they name otherwise', () => {
    const watched = watch()
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    watched.say('stdin', 1000, toolCall(1, 'a', { _meta: { traceparent } }), toolCall(2, 'b'))
    watched.say('stdout', 1100, log('x', { _meta: { traceparent } }))
    watched.say('stdout', 1100, log('y', { _meta: { 'io.logboom/origin': { id: 'o1', requestId: 1 } } }))
    for (const record of watched.of('message')) {
      expect(record).toMatchObject({
        traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
        call: { tool: 'a', attribution: 'exact' },
      })
    }
    expect(watched.of('message')).toHaveLength(2)
  })
})

describe('one record on two roads', () => {
  const marked = (more: object = {}) => ({
    logboom: 1,
    id: 'o-1',
    time: 1_000,
    level: 'warning',
    logger: 'db',
    message: 'slow',
    attributes: { a: 1, b: 2 },
    requestId: 1,
    ...more,
  })
  const notified = (more: object = {}) =>
    log(
      { msg: 'slow', extra: { b: 2, a: 1 } },
      {
        level: 'warning',
        logger: 'db',
        _meta: { 'io.logboom/origin': { id: 'o-1', time: 1_000, requestId: 1 } },
        ...more,
      },
    )

  it('is one record, whichever comes first, exact', () => {
    for (const order of ['stderr first', 'message first']) {
      const watched = watch()
      watched.say('stdin', 990, toolCall(1), toolCall(2))
      if (order === 'stderr first') watched.say('stderr', 1001, marked())
      watched.say('stdout', 1002, notified())
      if (order === 'message first') watched.say('stderr', 1003, marked())
      watched.observer.tick(9000)
      const logs = [...watched.of('message'), ...watched.of('stderr')]
      expect(logs).toHaveLength(1)
      expect(logs[0]).toMatchObject({
        time: 1_000,
        level: 'warning',
        logger: 'db',
        message: 'slow',
        attributes: { a: 1, b: 2 },
        call: { requestId: 1, attribution: 'exact' },
      })
    }
  })

  it('is two records when the contents differ', () => {
    const watched = watch()
    watched.say('stderr', 1001, marked({ attributes: { a: 1 } }))
    watched.say('stdout', 1002, notified())
    watched.observer.tick(9000)
    expect([...watched.of('message'), ...watched.of('stderr')]).toHaveLength(2)
  })
})

describe('text lines', () => {
  it('on stderr are info, stray ones on stdout a warning, and logging JSON keeps its level', () => {
    const watched = watch()
    watched.say('stderr', 1000, 'Server running on stdio')
    watched.say('stdout', 1000, 'console.log was here', {
      level: 50,
      time: 1_000,
      pid: 1,
      hostname: 'h',
      msg: 'from pino',
    })
    watched.observer.tick(9000)
    expect(watched.of('stderr')).toMatchObject([{ level: 'info', message: 'Server running on stdio' }])
    expect(watched.of('stdout')).toMatchObject([
      { level: 'warning', message: 'console.log was here' },
      { level: 'error', message: 'from pino' },
    ])
    expect(watched.of('stdout')[1]?.attributes.levelFrom).toEqual(expect.any(String))
    expect(watched.of('stdout')[0]?.attributes).not.toHaveProperty('levelFrom')
  })

  it('keep their place between messages of the same stream', () => {
    const watched = watch()
    watched.say('stdout', 1000, 'before', log('middle'), 'after')
    watched.observer.closed('stdout', 1001)
    expect(watched.records.map(({ message }) => message)).toEqual(['before', 'middle', 'after'])
    expect(watched.records.map(({ seq }) => seq)).toEqual([0, 1, 2])
  })

  it('of one traceback belong to the call that was open when it began', () => {
    const watched = watch()
    watched.say('stdin', 1000, toolCall(1))
    watched.say('stderr', 1100, 'Traceback (most recent call last):')
    watched.say('stdout', 1101, answer(1))
    watched.say('stdin', 1102, toolCall(2))
    watched.say('stderr', 1130, '  File "a.py", line 1, in <module>', 'ValueError: no')
    watched.observer.tick(9000)
    expect(watched.of('stderr')).toHaveLength(1)
    expect(watched.of('stderr')[0]).toMatchObject({ level: 'error', observed: 1100, call: { requestId: 1 } })
  })

  it('take a sender’s stamp for their time only when it is believable', () => {
    const watched = watch()
    const now = Date.UTC(2026, 10, 22, 12)
    const stamped = (time: number) => ({ level: 'info', time, msg: 'm' })
    watched.say('stderr', now, stamped(now - 5_000), stamped(now - 30 * 86_400_000), stamped(now + 600_000))
    watched.observer.tick(now + 9000)
    expect(watched.of('stderr').map(({ time }) => time)).toEqual([now - 5_000, now, now])
    expect(watched.of('stderr')[1]?.attributes.time).toBe(new Date(now - 30 * 86_400_000).toISOString())
  })

  it('from the client that are no JSON-RPC are a warning', () => {
    const watched = watch()
    watched.say('stdin', 1000, 'GET / HTTP/1.1')
    expect(watched.of('lifecycle')[0]).toMatchObject({
      level: 'warning',
      attributes: { line: 'GET / HTTP/1.1' },
    })
  })

  it('without jsonrpc that are plainly a log message are one', () => {
    const watched = watch()
    watched.say('stdout', 1000, { method: 'notifications/message', params: { level: 'warn', data: 'x' } })
    watched.say('stdout', 1000, { level: 30, method: 'GET', msg: 'request' })
    watched.observer.tick(9000)
    expect(watched.of('message')).toMatchObject([{ level: 'warning', message: 'x' }])
    expect(watched.of('stdout')).toMatchObject([{ message: 'request' }])
  })
})

describe('the run', () => {
  it('begins with its command line and ends with its open calls told as lost', () => {
    const watched = watch()
    watched.observer.started(1, { command: 'node', args: ['s.js', '--x'], pid: 5 })
    watched.say('stdin', 10, toolCall(1))
    watched.observer.ended(20, { signal: 'SIGKILL' })
    expect(watched.records.map(({ message, level, seq }) => `${seq} ${level} ${message}`)).toEqual([
      '0 info files started: node s.js --x',
      '1 info tools/call work',
      '2 error tools/call work lost: the run ended before its answer',
      '3 error files was killed by SIGKILL',
    ])
    expect(watched.records.at(-1)?.attributes).toMatchObject({ signal: 'SIGKILL', lostCalls: 1 })
  })

  it.each([
    [{ code: 0 }, 'info'],
    [{ code: 143 }, 'info'],
    [{ signal: 'SIGTERM' }, 'info'],
    [{ code: 1 }, 'error'],
    [{ signal: 'SIGSEGV' }, 'error'],
    [{ spawnError: 'not found' }, 'error'],
  ] as const)('that ended with %j ends at level %s', (end, level) => {
    const watched = watch()
    watched.observer.ended(1, end)
    expect(watched.of('lifecycle')).toMatchObject([{ level }])
  })

  it('counts what it sheds, least severe first, and what was passed over; every shed record takes a seq', () => {
    const watched = watch()
    watched.say('stdin', 1, toolCall(1))
    watched.observer.shedBelow('warning')
    watched.say('stdout', 2, log('a', { level: 'debug' }), log('b'), log('c', { level: 'error' }))
    watched.say('stderr', 2, 'chatter', 'Error: not chatter')
    watched.say('stdout', 3, answer(1))
    watched.observer.skipped('stdout', 5_000, 4)
    watched.observer.shedBelow(undefined)
    expect(watched.of('message').map(({ message }) => message)).toEqual(['c'])
    expect(watched.of('call')).toHaveLength(2)
    const [told] = watched.of('lifecycle')
    expect(told).toMatchObject({
      level: 'warning',
      attributes: {
        event: 'drop',
        reason: 'overflow',
        records: 3,
        bytes: 5_000,
        levels: { debug: 1, info: 2 },
      },
    })
    watched.observer.ended(9000, { code: 0 })
    const seqs = watched.records.map(({ seq }) => seq)
    expect(seqs.length + 3).toBe(Math.max(...seqs) + 1)
    expect(new Set(seqs).size).toBe(seqs.length)
  })
})

describe('any traffic', () => {
  const line = fc.oneof(
    fc.json(),
    fc.string({ unit: 'binary' }),
    fc
      .constantFrom(
        toolCall(1),
        toolCall('1'),
        answer(1),
        log('x'),
        log({ msg: 'y', extra: null }),
        rpc({ id: null, error: {} }),
      )
      .map((value) => JSON.stringify(value)),
    fc.json().map((data) => `{"jsonrpc":"2.0","method":"notifications/message","params":${data}}`),
    fc.json().map((data) => `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${data}}`),
    fc.json().map((data) => `{"jsonrpc":"2.0","id":1,"result":${data}}`),
    fc.constantFrom('Traceback (most recent call last):', '  File "x"', 'ValueError: x', '', '{', '[INFO] x'),
  )
  const traffic = fc.array(fc.tuple(fc.constantFrom<Stream>('stdin', 'stdout', 'stderr'), line))

  it('never makes it throw, and numbers records without gap', () => {
    fc.assert(
      fc.property(traffic, (lines) => {
        const watched = watch()
        for (const [stream, text] of lines) watched.say(stream, 1000, text)
        watched.observer.ended(2000, { code: 0 })
        expect(watched.records.map(({ seq }) => seq)).toEqual(watched.records.map((_, index) => index))
      }),
    )
  })

  it('gives the same records whatever the chunking of a stream', () => {
    const bare = (records: LogRecord[]) => records.map(({ id, call, ...rest }) => rest)
    fc.assert(
      fc.property(
        fc.constantFrom<Stream>('stdin', 'stdout', 'stderr'),
        fc.array(line),
        fc.array(fc.nat()),
        (stream, lines, places) => {
          const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''))
          const whole = watch()
          whole.observer.feed(stream, bytes, 1000)
          whole.observer.ended(2000, { code: 0 })
          const pieces = watch()
          const cuts = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b)
          for (const [index, start] of [0, ...cuts].entries()) {
            pieces.observer.feed(stream, bytes.subarray(start, cuts[index] ?? bytes.length), 1000)
          }
          pieces.observer.ended(2000, { code: 0 })
          expect(bare(pieces.records)).toEqual(bare(whole.records))
        },
      ),
    )
  })

  it('nested a hundred thousand deep does not make it throw', () => {
    const watched = watch()
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    watched.say(
      'stdout',
      1,
      `{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":${deep}}}`,
    )
    watched.say(
      'stdout',
      1,
      `{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":{"msg":"m","extra":{"a":${deep}}},"_meta":{"io.logboom/origin":{"id":"x"}}}}`,
    )
    watched.say('stderr', 1, `{"level":"info","msg":"m","a":${deep}}`)
    watched.observer.ended(2, { code: 0 })
    expect(watched.records).toHaveLength(4)
  })
})
