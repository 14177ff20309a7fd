import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFramer, type Frame } from './frames.ts'

const frame = (chunks: Uint8Array[], limit = 1_048_576): Frame[] => {
  const frames: Frame[] = []
  const framer = createFramer(limit, (found) => frames.push(found))
  chunks.forEach((chunk, index) => {
    framer.feed(chunk, 1000 + index)
  })
  framer.close(2000)
  return frames
}

const texts = (frames: Frame[]): string[] => frames.map(({ bytes }) => bytes.toString('utf8'))

const cutAt = (bytes: Buffer, places: number[]): Buffer[] => {
  const cuts = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b)
  return [0, ...cuts].map((start, index) => bytes.subarray(start, cuts[index] ?? bytes.length))
}

describe('frames', () => {
  it('are the same lines whatever the chunking', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary' }).map((line) => line.replace(/[\r\n]/g, ' '))),
        fc.array(fc.nat()),
        fc.boolean(),
        (lines, places, crlf) => {
          const bytes = Buffer.from(lines.map((line) => `${line}${crlf ? '\r\n' : '\n'}`).join(''))
          const expected = lines.map((line) => Buffer.from(line).toString('utf8'))
          if (expected[0]?.startsWith('\ufeff')) expected[0] = expected[0].slice(1)
          expect(texts(frame(cutAt(bytes, places)))).toEqual(expected)
        },
      ),
    )
  })

  it('take an unfinished line at the end of the stream as a line', () => {
    expect(texts(frame([Buffer.from('one\ntwo')]))).toEqual(['one', 'two'])
  })

  it('leave out a byte order mark, at the start of the stream only', () => {
    expect(texts(frame([Buffer.from('\ufeffone\n\ufefftwo\n')]))).toEqual(['one', '\ufefftwo'])
  })

  it('tell when the first and the last byte of a line were read', () => {
    const frames = frame([Buffer.from('a\nbe'), Buffer.from('gin'), Buffer.from(' end\n')])
    expect(frames.map(({ from, to }) => [from, to])).toEqual([
      [1000, 1000],
      [1000, 1002],
    ])
  })

  it('keep head and tail of a line over the limit, its size, and bounded memory', () => {
    const middle = Array.from({ length: 100 }, () => Buffer.alloc(65_536, 'x'))
    const [long, next] = frame([Buffer.from('head '), ...middle, Buffer.from(' tail\r\nnext\n')], 1000)
    expect(long?.bytes.length).toBe(1000)
    expect(long?.bytes.toString().startsWith('head xxx')).toBe(true)
    expect(long?.tail?.toString().endsWith('xxx tail')).toBe(true)
    expect(long?.tail?.length).toBeLessThanOrEqual(65_536)
    expect(long?.size).toBe(5 + 100 * 65_536 + 6)
    expect(next?.bytes.toString()).toBe('next')
    expect(next?.tail).toBeUndefined()
  })

  it('have head and tail that join to the line when it is just over the limit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 11, max: 300 }),
        fc.array(fc.nat(), { maxLength: 8 }),
        (length, places) => {
          const line = Buffer.from(Array.from({ length }, (_, index) => 97 + (index % 26)))
          const [found] = frame(cutAt(Buffer.concat([line, Buffer.from('\n')]), places), 10)
          expect(Buffer.concat([found?.bytes ?? Buffer.alloc(0), found?.tail ?? Buffer.alloc(0)])).toEqual(
            line,
          )
        },
      ),
    )
  })

  it('believe the next whole line after bytes were passed over', () => {
    const frames: Frame[] = []
    const framer = createFramer(100, (found) => frames.push(found))
    framer.feed(Buffer.from('{"half":'), 1)
    framer.skip()
    framer.feed(Buffer.from('"rest of another"}\nwhole\n'), 2)
    expect(texts(frames)).toEqual(['whole'])
  })
})
