import { Writable } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createOutlet } from './stdio.ts'

/** A stream whose reader takes bytes when told to. */
const slowStream = (got: string[]) => {
  let release: (() => void) | undefined
  const stream = new Writable({
    highWaterMark: 4,
    write: (chunk: Buffer, _encoding, done) => {
      release = () => {
        release = undefined
        got.push(chunk.toString())
        done()
      }
    },
  })
  return { stream, take: () => release?.() }
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

test('bytes arrive whole and in order, however much of each write the descriptor takes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.stringMatching(/^[a-z]{1,9}$/), fc.integer({ min: -1, max: 9 }), fc.boolean())),
      async (writes) => {
        const got: string[] = []
        const { stream, take } = slowStream(got)
        let takes = 0
        const outlet = createOutlet(stream, {
          fd: 99,
          write: (_fd, bytes) => {
            if (takes < 0) throw Object.assign(new Error('full'), { code: 'EAGAIN' })
            const part = Buffer.from(bytes.subarray(0, takes))
            if (part.length > 0) got.push(part.toString())
            return part.length
          },
        })
        let sent = ''
        for (const [content, count, drain] of writes) {
          const bytes = Buffer.from(content)
          sent += content
          takes = count
          outlet.write(bytes)
          if (drain) {
            take()
            await turn()
          }
        }
        while (outlet.waiting() > 0) {
          take()
          await turn()
        }
        expect(got.join('')).toBe(sent)
      },
    ),
    { numRuns: 50 },
  )
})

test('a full pipe is told to the caller, and so is its drain', async () => {
  const got: string[] = []
  const { stream, take } = slowStream(got)
  const outlet = createOutlet(stream)
  let drained = 0
  outlet.onDrain(() => drained++)
  expect(outlet.write(Buffer.from('12345'))).toBe(false)
  expect(outlet.waiting()).toBe(5)
  take()
  await turn()
  expect([drained, outlet.waiting(), got]).toEqual([1, 0, ['12345']])
})

test('when the reader has gone it is told once, and later bytes go nowhere', async () => {
  let writes = 0
  const stream = new Writable({
    write: (_chunk, _encoding, done) => {
      writes++
      done(Object.assign(new Error('gone'), { code: 'EPIPE' }))
    },
  })
  const outlet = createOutlet(stream)
  let broken = 0
  outlet.onBroken(() => broken++)
  outlet.write(Buffer.from('a'))
  await turn()
  await turn()
  expect(outlet.write(Buffer.from('b'))).toBe(true)
  outlet.end()
  expect([broken, writes, outlet.waiting()]).toEqual([1, 1, 0])
})
