import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { createOutput, type OutputStream } from './output.ts'

/** A stream that is full until it is drained. */
const slowStream = () => {
  const stream = Object.assign(new EventEmitter(), { written: '', full: true })
  const write = (text: string): boolean => {
    stream.written += text
    return !stream.full
  }
  return Object.assign(stream, { write }) as unknown as OutputStream &
    EventEmitter & { written: string; full: boolean }
}

/** True if the promise has settled by the next turn of the event loop. */
const isSettled = async (promise: Promise<void>): Promise<boolean> => {
  let settled = false
  void promise.then(() => {
    settled = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  return settled
}

describe('standard output', () => {
  it('waits for a slow reader', async () => {
    const stream = slowStream()
    const written = createOutput(stream, () => {}).write('a')
    expect(await isSettled(written)).toBe(false)
    stream.emit('drain')
    expect(await isSettled(written)).toBe(true)
  })

  it('tells once that the reader has gone, and releases who waits for it', async () => {
    const stream = slowStream()
    const gone: (Error | undefined)[] = []
    const output = createOutput(stream, (error) => void gone.push(error))
    const written = output.write('a')
    const broken = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })
    stream.emit('error', broken)
    stream.emit('error', broken)
    expect(await isSettled(written)).toBe(true)
    await output.write('b')
    expect(stream.written).toBe('a')
    expect(gone).toEqual([undefined])
  })

  it('tells any other failure as what it is', () => {
    const stream = slowStream()
    const gone: (Error | undefined)[] = []
    createOutput(stream, (error) => void gone.push(error))
    stream.emit('error', Object.assign(new Error('no space'), { code: 'ENOSPC' }))
    expect(gone.map((error) => error?.message)).toEqual(['no space'])
  })
})
