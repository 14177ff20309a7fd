/**
 * A writer at the other end of a port. What is asked has a number, its answer has the same; answers may overtake each other.
 *
 *     asked      {"number","method","args"}          `method` is one of `DirectWriter`
 *     answered   {"number","result"} or {"number","failure": {"message","code"?,"hint"?,"errcode"?}}
 *
 * Number 0 is never asked: it is answered when the store is open, or cannot be.
 */
import type { MessagePort, Worker } from 'node:worker_threads'
import { type ErrorCode, LogboomError } from '@logboom/sdk/errors'
import { sqliteCode } from '../database.ts'
import type { StoreWriter } from '../types.ts'
import { buffersOf, createEncoder } from './encode.ts'
import type { DirectWriter } from './writer.ts'

type Method = Exclude<keyof DirectWriter, 'encode' | 'write'>

interface Asked {
  number: number
  method: Method
  args: unknown[]
}

interface Failure {
  message: string
  code?: ErrorCode
  hint?: string | undefined
  /** SQLite's result code. */
  errcode?: number | undefined
}

interface Answered {
  number: number
  result?: unknown
  failure?: Failure
}

type Port = MessagePort | Worker

const failureOf = (error: unknown): Failure => {
  if (error instanceof LogboomError) return { message: error.message, code: error.code, hint: error.hint }
  const message = error instanceof Error ? error.message : String(error)
  return { message, errcode: sqliteCode(error) }
}

const errorOf = ({ message, code, hint, errcode }: Failure): Error => {
  if (code !== undefined) return new LogboomError(code, message, hint === undefined ? {} : { hint })
  return Object.assign(new Error(message), errcode === undefined ? {} : { errcode })
}

/** Opens a writer and answers for it; `ended` is called when it was closed and everything is answered. */
export const serveWriter = (port: Port, open: () => DirectWriter, ended: () => void): void => {
  const answering = new Set<Promise<void>>()
  let writer: DirectWriter | undefined

  const answer = async (number: number, use: () => unknown): Promise<void> => {
    try {
      port.postMessage({ number, result: await use() } satisfies Answered)
    } catch (error) {
      port.postMessage({ number, failure: failureOf(error) } satisfies Answered)
    }
  }

  const hear = async ({ number, method, args }: Asked): Promise<void> => {
    const answered = answer(number, () => {
      if (writer === undefined) throw new TypeError('the store is not open')
      return (writer[method] as (...args: unknown[]) => unknown)(...args)
    })
    answering.add(answered)
    await answered
    answering.delete(answered)
    if (method !== 'close') return
    await Promise.all(answering)
    ended()
  }

  port.on('message', hear)
  void answer(0, () => {
    writer = open()
  }).then(() => {
    if (writer === undefined) ended()
  })
}

/**
 * The writer that another thread serves, once its store is open. Batches are encoded in this thread.
 * @param failed resolves with why nothing is answered any more
 * @throws what opening the store throws
 */
export const connectWriter = async (port: Port, failed: Promise<Error>): Promise<StoreWriter> => {
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>()
  const { encodeInPieces } = createEncoder()
  let number = 0
  let failure: Error | undefined

  const answered = <T>(of: number): Promise<T> =>
    new Promise((resolve, reject) => {
      if (failure === undefined) waiting.set(of, { resolve: resolve as (result: unknown) => void, reject })
      else reject(failure)
    })

  const ask = <T>(method: Method, args: unknown[] = [], transfer: ArrayBuffer[] = []): Promise<T> => {
    const answer = answered<T>(++number)
    port.postMessage({ number, method, args } satisfies Asked, transfer)
    return answer
  }

  port.on('message', ({ number: of, result, failure: told }: Answered) => {
    const asked = waiting.get(of)
    waiting.delete(of)
    if (told === undefined) asked?.resolve(result)
    else asked?.reject(errorOf(told))
  })
  void failed.then((error) => {
    failure = error
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  })

  await answered(0)
  return {
    marks: () => ask('marks'),
    openCalls: (run) => ask('openCalls', [run]),
    counters: () => ask('counters'),
    // Who asks lives on the turns between the pieces.
    encode: encodeInPieces,
    append: (batch) => ask('append', [batch], buffersOf(batch.rows)),
    keepRoom: () => ask('keepRoom'),
    sync: () => ask('sync'),
    retain: (limits) => ask('retain', [limits]),
    check: (names) => ask('check', names === undefined ? [] : [[...names]]),
    sealed: () => ask('sealed'),
    stats: () => ask('stats'),
    close: () => ask('close'),
  }
}
