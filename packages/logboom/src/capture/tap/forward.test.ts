import { PassThrough, Readable, Writable } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createOutlet } from '../../platform/index.ts'
import { openLane } from './forward.ts'

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** A reader that takes nothing until told to. */
const sleepyReader = () => {
  const got: Buffer[] = []
  let wake: (() => void) | undefined
  let awake = false
  const stream = new Writable({
    highWaterMark: 1,
    write: (chunk: Buffer, _encoding, done) => {
      got.push(chunk)
      if (awake) done()
      else wake = done
    },
  })
  return {
    got,
    stream,
    read: () => {
      awake = true
      wake?.()
    },
  }
}

const lane = (from: Readable, stream: Writable, whenSlow: 'hold' | number = 'hold') => {
  const seen: Buffer[] = []
  let ends = 0
  const open = openLane({
    from,
    to: createOutlet(stream),
    whenSlow,
    seen: (bytes) => seen.push(Buffer.from(bytes)),
    ended: () => ends++,
    now: () => performance.now(),
  })
  return { lane: open, seen, ends: () => ends }
}

test('any bytes in any chunks arrive unchanged, are seen unchanged, and the end is passed on', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 1 })), async (chunks) => {
      const to = new PassThrough()
      const arrived = to.toArray()
      const { seen, ends } = lane(
        Readable.from(
          chunks.map((chunk) => Buffer.from(chunk)),
          { objectMode: false },
        ),
        to,
      )
      const all = Buffer.concat(chunks)
      expect(Buffer.concat(await arrived)).toEqual(all)
      expect(Buffer.concat(seen)).toEqual(all)
      expect(ends()).toBe(1)
    }),
    { numRuns: 30 },
  )
})

test('bytes are forwarded before anybody sees them', () => {
  const order: string[] = []
  const from = new PassThrough()
  openLane({
    from,
    to: {
      write: () => order.push('forwarded') > 0,
      waiting: () => 0,
      end: () => undefined,
      onDrain: () => undefined,
      onBroken: () => undefined,
    },
    whenSlow: 'hold',
    seen: () => order.push('seen'),
    ended: () => undefined,
    now: () => 0,
  })
  from.emit('data', Buffer.from('a'))
  expect(order).toEqual(['forwarded', 'seen'])
})

test('while the reader is slow the source rests, and goes on when it has caught up', async () => {
  const reader = sleepyReader()
  const from = new PassThrough()
  const { lane: open } = lane(from, reader.stream)
  from.write('one')
  await turn()
  expect([from.isPaused(), open.waiting()]).toEqual([true, 3])
  from.write('two')
  await turn()
  expect(Buffer.concat(reader.got).toString()).toBe('one')
  reader.read()
  await turn()
  await turn()
  expect([from.isPaused(), Buffer.concat(reader.got).toString(), open.waiting()]).toEqual([
    false,
    'onetwo',
    0,
  ])
})

test('past its bound a lane that must not hold drops whole chunks, counts them, and still shows them', async () => {
  const reader = sleepyReader()
  const from = new PassThrough()
  const { lane: open, seen } = lane(from, reader.stream, 8)
  for (const part of ['12345678', 'lost', 'too']) {
    from.write(part)
    await turn()
  }
  expect(from.isPaused()).toBe(false)
  reader.read()
  await turn()
  from.write('back')
  await turn()
  expect(Buffer.concat(reader.got).toString()).toBe('12345678back')
  expect(open.dropped()).toBe(7)
  expect(Buffer.concat(seen).toString()).toBe('12345678losttooback')
})

test('a reader that is only slow loses nothing: chunks are dropped when patience is over', async () => {
  const patient = (stream: Writable) => {
    const from = new PassThrough()
    const timers: (() => void)[] = []
    const open = openLane({
      from,
      to: createOutlet(stream),
      whenSlow: 8,
      patience: { ms: 1, after: (_ms, action) => timers.push(action) },
      seen: () => undefined,
      ended: () => undefined,
      now: () => 0,
    })
    return { from, open, timers }
  }
  const slow = sleepyReader()
  const first = patient(slow.stream)
  first.from.write('12345678')
  await turn()
  first.from.write('slow')
  await turn()
  expect([first.from.isPaused(), first.open.dropped()]).toEqual([true, 0])
  slow.read()
  await turn()
  await turn()
  // The timer of a rest that is over has nothing to say.
  for (const timer of first.timers) timer()
  first.from.write('still all of it')
  await turn()
  expect([Buffer.concat(slow.got).toString(), first.open.dropped()]).toEqual([
    '12345678slowstill all of it',
    0,
  ])

  const second = patient(sleepyReader().stream)
  second.from.write('12345678')
  await turn()
  for (const timer of second.timers) timer()
  second.from.write('lost')
  await turn()
  expect([second.from.isPaused(), second.open.dropped()]).toEqual([false, 4])
})

test('when the reader has gone the source is closed, so that its writer learns of it', async () => {
  const from = new PassThrough()
  const to = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) })
  const { lane: open, ends } = lane(from, to)
  from.write('x')
  await turn()
  await turn()
  expect([from.destroyed, open.over(), ends()]).toEqual([true, true, 1])
})
